"""Chocolatey: a nuspec and an install script in a repository of packages, and the community feed."""
