"""A channel's own repository: a clone of it, what its files held, a change that arrives there, and who listens there.

Never: which change it needs, or a run that is waited for.
"""
