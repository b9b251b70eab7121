# A WSGI application on Python's own server, saying what it reads of a request. `cgi.FieldStorage` takes parameters from query
# and body together, as Flask's `values`, PHP's `$_REQUEST` and Rails' `params` do.
import json
import warnings
from wsgiref.simple_server import WSGIRequestHandler, make_server

warnings.simplefilter("ignore", DeprecationWarning)
import cgi


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def application(environ, start_response):
    fields = cgi.FieldStorage(fp=environ["wsgi.input"], environ=environ, keep_blank_values=True)
    read = {name: fields.getlist(name) for name in fields.keys()}
    text = json.dumps({"query": read, "body": read, "x_env": environ.get("HTTP_X_ENV")}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]


server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
print(server.server_address[1], flush=True)
server.serve_forever()
