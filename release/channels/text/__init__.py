"""What the editors of several kinds share: versions and URLs as they stand in files."""
