"""Events and their editions, with merchant accounts and fee rules."""
