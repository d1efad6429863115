"""The edge: settings, intake, dispatch, templates, sending, the command line, the sandbox."""
