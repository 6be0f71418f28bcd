"""The cartable: letters referred to one's post, on the PC and in one hand."""
