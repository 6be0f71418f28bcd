"""The citizen's pages: track a letter."""
