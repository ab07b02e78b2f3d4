"""The play: the real tasks, one after the other, and the proof of what they did."""
