"""What the browser asked the network for, out of the Network domain's messages."""
