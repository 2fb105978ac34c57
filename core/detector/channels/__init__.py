"""What a detector recorded beside the strain: channels, states and triggers, read and brought to one grid of time."""
