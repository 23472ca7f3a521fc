"""Run the rules over scripts, and hold the steps of a plan to them."""
