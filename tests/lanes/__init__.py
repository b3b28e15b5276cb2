"""How the tests are run: which together, which beside one another, and which of them a short run leaves out."""
