/** http, its client and its server. */
export const HTTP: Readonly<Record<string, string>> = {
  http: String.raw`
_all = {100: 'Continue', 101: 'Switching Protocols', 200: 'OK', 201: 'Created', 202: 'Accepted', 203: 'Non-Authoritative Information', 204: 'No Content', 205: 'Reset Content', 206: 'Partial Content', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 402: 'Payment Required', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 408: 'Request Timeout', 409: 'Conflict', 410: 'Gone', 411: 'Length Required', 412: 'Precondition Failed', 413: 'Request Entity Too Large', 414: 'Request-URI Too Long', 415: 'Unsupported Media Type', 418: "I'm a Teapot", 422: 'Unprocessable Entity', 429: 'Too Many Requests', 431: 'Request Header Fields Too Large', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout', 505: 'HTTP Version Not Supported'}
class HTTPStatus(int):
    def __repr__(self): return '<HTTPStatus.' + self.name + ': ' + str(int(self)) + '>'
    __str__ = lambda self: str(int(self))
    @property
    def value(self): return int(self)
    @property
    def phrase(self): return _all[int(self)]
    @property
    def name(self): return 'IM_A_TEAPOT' if int(self) == 418 else _all[int(self)].upper().replace(' ', '_').replace('-', '_')
for _n in _all: setattr(HTTPStatus, HTTPStatus(_n).name, HTTPStatus(_n))
`,
  "http.client": String.raw`
import socket
from http import _all as responses
OK = 200; NOT_FOUND = 404
class HTTPException(Exception): pass
class BadStatusLine(HTTPException): pass
class RemoteDisconnected(ConnectionResetError, BadStatusLine): pass
class InvalidURL(HTTPException): pass
class HTTPMessage:
    def __init__(self, items=()): self._items = list(items)
    def get(self, name, default=None):
        for k, v in self._items:
            if k.lower() == name.lower(): return v
        return default
    def get_all(self, name, default=None): return [v for k, v in self._items if k.lower() == name.lower()] or default
    def __getitem__(self, name): return self.get(name)
    def __setitem__(self, name, value): self._items.append((name, value))
    def __contains__(self, name): return self.get(name) is not None
    def __iter__(self): return iter([k for k, v in self._items])
    def __len__(self): return len(self._items)
    def items(self): return list(self._items)
    def keys(self): return [k for k, v in self._items]
    def values(self): return [v for k, v in self._items]
    def get_content_type(self): return (self.get('content-type') or 'text/plain').partition(';')[0].strip().lower()
    def get_content_charset(self, default=None):
        t = self.get('content-type') or ''
        return t.partition('charset=')[2].strip().lower() or default
    def __str__(self): return ''.join([k + ': ' + v + '\n' for k, v in self._items]) + '\n'
def parse_headers(fp):
    out = []
    while True:
        line = fp.readline(65537).decode('latin-1')
        if line in ('\r\n', '\n', ''): return HTTPMessage(out)
        k, _, v = line.partition(':')
        out.append((k.strip(), v.strip()))
class HTTPResponse:
    def __init__(self, fp, method, sock):
        self.fp = fp; self._sock = sock
        line = fp.readline(65537).decode('latin-1')
        if not line: raise RemoteDisconnected('Remote end closed connection without response')
        parts = line.split(None, 2)
        if len(parts) < 2 or not parts[0].startswith('HTTP/'): raise BadStatusLine(line)
        self.version = 11 if parts[0] == 'HTTP/1.1' else 10
        self.status = self.code = int(parts[1])
        self.reason = parts[2].strip() if len(parts) > 2 else ''
        self.headers = self.msg = parse_headers(fp)
        self._left = None
        self._chunked = (self.headers.get('transfer-encoding') or '').lower() == 'chunked'
        if method == 'HEAD' or self.status in (204, 304): self._left = 0
        elif self.headers.get('content-length') is not None: self._left = int(self.headers.get('content-length'))
        self._body = None
        self.closed = False
    def _all(self):
        if self._body is None:
            if self._chunked:
                self._body = b''
                while True:
                    size = int(self.fp.readline().split(b';')[0].strip() or b'0', 16)
                    if size == 0: break
                    self._body += self.fp.read(size)
                    self.fp.readline()
                self.fp.readline()
            else: self._body = self.fp.read(-1 if self._left is None else self._left)
        return self._body
    def read(self, n=None):
        data = self._all()
        if n is None or n < 0: n = len(data)
        self._body = data[n:]
        return data[:n]
    def readline(self, *a):
        data = self._all()
        i = data.find(b'\n')
        return self.read(len(data) if i < 0 else i + 1)
    def readlines(self): return list(self)
    def __iter__(self):
        while True:
            line = self.readline()
            if not line: return
            yield line
    def getheader(self, name, default=None): return self.headers.get(name, default)
    def getheaders(self): return self.headers.items()
    def info(self): return self.headers
    def getcode(self): return self.status
    def geturl(self): return self.url
    def close(self):
        self.closed = True
        self._sock.close()
    def __enter__(self): return self
    def __exit__(self, *a): self.close()
class HTTPConnection:
    default_port = 80
    def __init__(self, host, port=None, timeout=None, source_address=None, blocksize=8192):
        if port is None and ':' in host: host, _, p = host.partition(':'); port = int(p)
        self.host = host; self.port = port or self.default_port; self.timeout = timeout; self.sock = None
    def connect(self): self.sock = socket.create_connection((self.host, self.port), self.timeout)
    def request(self, method, url, body=None, headers={}, **kw):
        if self.sock is None: self.connect()
        lines = [method + ' ' + (url or '/') + ' HTTP/1.1']
        names = {k.lower() for k in headers}
        if 'host' not in names: lines.append('Host: ' + self.host + ('' if self.port == 80 else ':' + str(self.port)))
        if 'accept-encoding' not in names: lines.append('Accept-Encoding: identity')
        if isinstance(body, str): body = body.encode('latin-1')
        if body is not None and 'content-length' not in names: lines.append('Content-Length: ' + str(len(body)))
        elif body is None and method in ('POST', 'PUT', 'PATCH') and 'content-length' not in names: lines.append('Content-Length: 0')
        for k, v in headers.items(): lines.append(str(k) + ': ' + str(v))
        self.sock.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1') + (body or b''))
        self._method = method
    def getresponse(self): return HTTPResponse(self.sock.makefile('rb'), self._method, self.sock)
    def close(self):
        if self.sock is not None: self.sock.close(); self.sock = None
class HTTPSConnection:
    def __init__(self, *a, **k): raise NotImplementedError('https in Python is not simulated in Timonel')
`,
  "http.server": String.raw`
import sys, time, os, socket, socketserver, html
import urllib.parse, posixpath
from http import HTTPStatus, _all
from http.client import parse_headers
__version__ = '0.6'
DEFAULT_ERROR_MESSAGE = '''<!DOCTYPE HTML>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: %(code)d</p>
        <p>Message: %(message)s.</p>
        <p>Error code explanation: %(code)s - %(explain)s.</p>
    </body>
</html>
'''
_explain = {400: 'Bad request syntax or unsupported method', 401: 'No permission -- see authorization schemes', 403: 'Request forbidden -- authorization will not help', 404: 'Nothing matches the given URI', 405: 'Specified method is invalid for this resource', 500: 'Server got itself in trouble', 501: 'Server does not support this operation', 503: 'The server cannot process the request due to a high load', 505: 'Cannot fulfill request', 414: 'URI is too long'}
class HTTPServer(socketserver.TCPServer):
    allow_reuse_address = True
    def server_bind(self):
        socketserver.TCPServer.server_bind(self)
        self.server_name = self.server_address[0]; self.server_port = self.server_address[1]
class ThreadingHTTPServer(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True
class BaseHTTPRequestHandler(socketserver.StreamRequestHandler):
    sys_version = 'Python/' + sys.version.split()[0]
    server_version = 'BaseHTTP/' + __version__
    default_request_version = 'HTTP/0.9'
    protocol_version = 'HTTP/1.0'
    error_message_format = DEFAULT_ERROR_MESSAGE
    error_content_type = 'text/html;charset=utf-8'
    responses = {n: (t, _explain.get(n, t)) for n, t in _all.items()}
    monthname = [None, 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
    def parse_request(self):
        self.command = None
        self.request_version = version = self.default_request_version
        self.close_connection = True
        self.requestline = str(self.raw_requestline, 'iso-8859-1').rstrip('\r\n')
        words = self.requestline.split()
        if len(words) == 0: return False
        if len(words) >= 3:
            version = words[-1]
            if not version.startswith('HTTP/') or version[5:].count('.') != 1 or not version[5:].replace('.', '').isdigit():
                self.send_error(400, 'Bad request version (%r)' % version)
                return False
            if version[5:] >= '1.1' and self.protocol_version >= 'HTTP/1.1': self.close_connection = False
            if version[5:] >= '2.0':
                self.send_error(505, 'Invalid HTTP version (%s)' % version[5:])
                return False
            self.request_version = version
        if not 2 <= len(words) <= 3:
            self.send_error(400, 'Bad request syntax (%r)' % self.requestline)
            return False
        self.command, self.path = words[:2]
        if self.path.startswith('//'): self.path = '/' + self.path.lstrip('/')
        self.headers = parse_headers(self.rfile)
        conntype = (self.headers.get('Connection') or '').lower()
        if conntype == 'close': self.close_connection = True
        elif conntype == 'keep-alive' and self.protocol_version >= 'HTTP/1.1': self.close_connection = False
        if (self.headers.get('Expect') or '').lower() == '100-continue' and self.protocol_version >= 'HTTP/1.1' and self.request_version >= 'HTTP/1.1':
            self.send_response_only(100); self.end_headers()
        return True
    def handle_one_request(self):
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline:
                self.close_connection = True
                return
            if not self.parse_request(): return
            name = 'do_' + self.command
            if not hasattr(self, name):
                self.send_error(501, 'Unsupported method (%r)' % self.command)
                return
            getattr(self, name)()
            self.wfile.flush()
        except TimeoutError as e:
            self.log_error('Request timed out: %r', e)
            self.close_connection = True
    def handle(self):
        self.close_connection = True
        self.handle_one_request()
        while not self.close_connection: self.handle_one_request()
    def send_error(self, code, message=None, explain=None):
        code = int(code)
        short, long = self.responses.get(code, ('???', '???'))
        if message is None: message = short
        if explain is None: explain = long
        self.log_error('code %d, message %s', code, message)
        self.send_response(code, message)
        self.send_header('Connection', 'close')
        body = None
        if code >= 200 and code not in (204, 205, 304):
            body = (self.error_message_format % {'code': code, 'message': html.escape(message, quote=False), 'explain': html.escape(explain, quote=False)}).encode()
            self.send_header('Content-Type', self.error_content_type)
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD' and body: self.wfile.write(body)
    def send_response(self, code, message=None):
        self.log_request(code)
        self.send_response_only(code, message)
        self.send_header('Server', self.version_string())
        self.send_header('Date', self.date_time_string())
    def send_response_only(self, code, message=None):
        if self.request_version != 'HTTP/0.9':
            if message is None: message = self.responses[code][0] if code in self.responses else ''
            if not hasattr(self, '_headers_buffer'): self._headers_buffer = []
            self._headers_buffer.append(('%s %d %s\r\n' % (self.protocol_version, code, message)).encode('latin-1'))
    def send_header(self, keyword, value):
        if self.request_version != 'HTTP/0.9':
            if not hasattr(self, '_headers_buffer'): self._headers_buffer = []
            self._headers_buffer.append(('%s: %s\r\n' % (keyword, value)).encode('latin-1'))
        if keyword.lower() == 'connection':
            if value.lower() == 'close': self.close_connection = True
            elif value.lower() == 'keep-alive': self.close_connection = False
    def end_headers(self):
        if self.request_version != 'HTTP/0.9':
            self._headers_buffer.append(b'\r\n')
            self.flush_headers()
    def flush_headers(self):
        if hasattr(self, '_headers_buffer'):
            self.wfile.write(b''.join(self._headers_buffer))
            self._headers_buffer = []
    def log_request(self, code='-', size='-'):
        self.log_message('"%s" %s %s', self.requestline, str(int(code)) if isinstance(code, int) else str(code), str(size))
    def log_error(self, format, *args): self.log_message(format, *args)
    def log_message(self, format, *args):
        sys.stderr.write('%s - - [%s] %s\n' % (self.address_string(), self.log_date_time_string(), format % args))
    def version_string(self): return self.server_version + ' ' + self.sys_version
    def date_time_string(self, timestamp=None): return time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(timestamp))
    def log_date_time_string(self): return time.strftime('%d/%b/%Y %H:%M:%S', time.localtime())
    def address_string(self): return self.client_address[0]
class SimpleHTTPRequestHandler(BaseHTTPRequestHandler):
    server_version = 'SimpleHTTP/' + __version__
    index_pages = ('index.html', 'index.htm')
    extensions_map = {'.html': 'text/html', '.htm': 'text/html', '.txt': 'text/plain', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.svg': 'image/svg+xml', '.ico': 'image/vnd.microsoft.icon', '.xml': 'text/xml', '.md': 'text/markdown', '.py': 'text/x-python', '.c': 'text/plain', '.h': 'text/plain', '.csv': 'text/csv', '.pdf': 'application/pdf', '.sh': 'application/x-sh', '.gz': 'application/gzip', '.zip': 'application/zip', '.tar': 'application/x-tar', '.yaml': 'application/yaml', '.yml': 'application/yaml', '.log': 'application/octet-stream'}
    def __init__(self, *args, directory=None, **kw):
        self.directory = os.fspath(directory or os.getcwd())
        super().__init__(*args, **kw)
    def do_GET(self):
        body = self.send_head()
        if body: self.wfile.write(body)
    def do_HEAD(self): self.send_head()
    def send_head(self):
        path = self.translate_path(self.path)
        if os.path.isdir(path):
            parts = urllib.parse.urlsplit(self.path)
            if not parts.path.endswith('/'):
                self.send_response(301)
                self.send_header('Location', urllib.parse.urlunsplit((parts[0], parts[1], parts[2] + '/', parts[3], parts[4])))
                self.send_header('Content-Length', '0')
                self.end_headers()
                return None
            for index in self.index_pages:
                if os.path.isfile(os.path.join(path, index)):
                    path = os.path.join(path, index)
                    break
            else: return self.list_directory(path)
        if path.endswith('/'):
            self.send_error(404, 'File not found')
            return None
        try:
            with open(path, 'rb') as f: data = f.read()
        except OSError:
            self.send_error(404, 'File not found')
            return None
        modified = os.stat(path).st_mtime
        since = self.headers.get('If-Modified-Since')
        if since == self.date_time_string(modified):
            self.send_response(304)
            self.end_headers()
            return None
        self.send_response(200)
        self.send_header('Content-type', self.guess_type(path))
        self.send_header('Content-Length', str(len(data)))
        self.send_header('Last-Modified', self.date_time_string(modified))
        self.end_headers()
        return data
    def list_directory(self, path):
        try: names = os.listdir(path)
        except OSError:
            self.send_error(404, 'No permission to list directory')
            return None
        names.sort(key=lambda a: a.lower())
        shown = html.escape(urllib.parse.unquote(self.path.split('#', 1)[0].split('?', 1)[0]), quote=False)
        title = 'Directory listing for ' + shown
        r = ['<!DOCTYPE HTML>', '<html lang="en">', '<head>', '<meta charset="utf-8">', '<title>' + title + '</title>', '</head>', '<body>', '<h1>' + title + '</h1>', '<hr>', '<ul>']
        for name in names:
            full = os.path.join(path, name)
            display = link = name
            if os.path.isdir(full): display = name + '/'; link = name + '/'
            if os.path.islink(full): display = name + '@'
            r.append('<li><a href="' + urllib.parse.quote(link) + '">' + html.escape(display, quote=False) + '</a></li>')
        r.append('</ul>\n<hr>\n</body>\n</html>\n')
        data = '\n'.join(r).encode()
        self.send_response(200)
        self.send_header('Content-type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        return data
    def translate_path(self, path):
        path = path.split('?', 1)[0].split('#', 1)[0]
        slash = path.rstrip().endswith('/')
        path = posixpath.normpath(urllib.parse.unquote(path))
        out = self.directory
        for word in path.split('/'):
            if word and word not in ('.', '..'): out = os.path.join(out, word)
        return out + ('/' if slash and not out.endswith('/') else '')
    def guess_type(self, path):
        ext = posixpath.splitext(path)[1]
        return self.extensions_map.get(ext) or self.extensions_map.get(ext.lower()) or 'application/octet-stream'
def _main():
    import argparse
    parser = argparse.ArgumentParser(prog='server.py')
    if sys.version_info < (3, 13): parser.add_argument('--cgi', action='store_true', help='run as CGI server')
    parser.add_argument('-b', '--bind', metavar='ADDRESS', help='bind to this address (default: all interfaces)')
    parser.add_argument('-d', '--directory', default=os.getcwd(), help='serve this directory (default: current directory)')
    if sys.version_info >= (3, 11): parser.add_argument('-p', '--protocol', metavar='VERSION', default='HTTP/1.0', help='conform to this HTTP version (default: %(default)s)')
    parser.add_argument('port', default=8000, type=int, nargs='?', help='bind to this port (default: %(default)s)')
    args = parser.parse_args()
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *a, **kw): SimpleHTTPRequestHandler.__init__(self, *a, directory=args.directory, **kw)
    with ThreadingHTTPServer((args.bind or '', args.port), Handler) as httpd:
        host, port = httpd.socket.getsockname()[:2]
        print('Serving HTTP on ' + host + ' port ' + str(port) + ' (http://' + host + ':' + str(port) + '/) ...')
        try: httpd.serve_forever()
        except KeyboardInterrupt:
            print('\nKeyboard interrupt received, exiting.')
            sys.exit(0)
`,
};
