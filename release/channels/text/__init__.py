"""What the editors of several kinds share: versions, URLs and names as they stand in files."""
