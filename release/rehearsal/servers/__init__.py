"""The stand-in's sockets: HTTP on loopback, faults on demand, an image registry."""
