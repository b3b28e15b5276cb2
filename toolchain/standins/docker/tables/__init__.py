"""The property tables of every resource type this plugin knows, as the official plugin declares them."""
