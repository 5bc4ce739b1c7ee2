"""Pages of consents: listed with their answers, written, published for ever, switched off."""
