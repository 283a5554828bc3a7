"""What can be asked of activation: single beats for those who sequence, whole activations for those who do not."""
