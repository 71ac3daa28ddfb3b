FLASK_APP=api.commands.program:create_app
