"""The outside world: what is asked over the network, and how; nothing here decides or stores."""
