"""A local server that answers as VK and Telegram do, steered by a scenario.

The demo and the tests use it; production never does.
"""
