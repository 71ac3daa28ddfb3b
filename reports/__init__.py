"""Tickets over time: repeat issues with a life, service metrics, and the weekly report that gets defects fixed."""
