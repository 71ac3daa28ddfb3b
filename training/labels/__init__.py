"""Learning and measuring what is said of one message: its topic, its urgency, whether its writer may leave."""
