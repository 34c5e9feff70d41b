from hypothesis import settings

# The same examples on every machine and every run, and no failure because a machine is slow.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")
