"""Staff, their memberships, sign-in and API keys; makes the Principal of a request."""
