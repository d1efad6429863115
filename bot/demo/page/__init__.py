"""The demo's page: a messenger in the browser, a clock that can be moved, and a look behind."""
