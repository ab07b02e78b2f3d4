"""What the editors of several kinds share: versions, URLs, names and PowerShell as they stand in files.

Never: the format of one kind only, a file that is read or written, or a record of the settings.
"""
