"""The bot's own process in the demo: started, ordered and killed by ``bot.demo.process``."""
