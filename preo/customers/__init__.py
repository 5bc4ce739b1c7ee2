"""The people who buy: identity, ids elsewhere and wallet passes."""
