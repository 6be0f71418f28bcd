"""What every context stands on: time, ids, errors, text, files. No models, no business."""
