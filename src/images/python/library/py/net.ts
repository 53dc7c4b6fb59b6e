/** socket and what is built on it, but for HTTP. */
export const NET: Readonly<Record<string, string>> = {
  socket: String.raw`
from _socket import _gaierror, _listen, _accept, _connect, _recv, _send, _end, _close, _lookup, _hostname, _ip
AF_UNSPEC = 0; AF_UNIX = 1; AF_INET = 2; AF_INET6 = 10; SOCK_STREAM = 1; SOCK_DGRAM = 2; SOL_SOCKET = 1; SO_REUSEADDR = 2; SO_REUSEPORT = 15; SO_KEEPALIVE = 9
IPPROTO_TCP = 6; TCP_NODELAY = 1; SHUT_RD = 0; SHUT_WR = 1; SHUT_RDWR = 2; SOMAXCONN = 4096; AI_PASSIVE = 1; has_ipv6 = False
error = OSError
timeout = TimeoutError
class gaierror(OSError): pass
class herror(OSError): pass
_gaierror(gaierror)
_default = [None]
def setdefaulttimeout(t): _default[0] = t
def getdefaulttimeout(): return _default[0]
class socket:
    def __init__(self, family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None):
        if type != SOCK_STREAM or family == AF_UNIX: raise NotImplementedError('sockets other than TCP are not simulated in Timonel')
        self.family = family; self.type = type; self.proto = proto
        self._c = None; self._door = None; self._bound = ('0.0.0.0', 0); self._peer = None; self._timeout = _default[0]; self._closed = False
    def setsockopt(self, *a): pass
    def getsockopt(self, *a): return 0
    def settimeout(self, t): self._timeout = t
    def gettimeout(self): return self._timeout
    def setblocking(self, flag):
        if not flag: raise NotImplementedError('sockets that do not block are not simulated in Timonel')
        self._timeout = None
    def bind(self, address): self._bound = (address[0], address[1])
    def listen(self, backlog=128):
        if self._door is None:
            self._door, port = _listen(self._bound[0], self._bound[1])
            self._bound = (self._bound[0] or '0.0.0.0', port)
    def accept(self):
        if self._door is None: raise OSError(22, 'Invalid argument')
        c, peer, local = _accept(self._door, self._timeout)
        s = socket()
        s._c = c; s._peer = peer; s._bound = local
        return s, peer
    def connect(self, address):
        self._c, self._peer, self._bound = _connect(address[0], address[1], self._timeout)
    def connect_ex(self, address):
        try: self.connect(address)
        except OSError as e: return e.errno or 111
        return 0
    def _need(self):
        if self._closed: raise OSError(9, 'Bad file descriptor')
        if self._c is None: raise OSError(107, 'Transport endpoint is not connected')
        return self._c
    def recv(self, n, flags=0): return _recv(self._need(), n, self._timeout)
    def send(self, data, flags=0): return _send(self._need(), data, self._timeout)
    def sendall(self, data, flags=0): _send(self._need(), data, self._timeout)
    def shutdown(self, how):
        if how != SHUT_RD: _end(self._need())
    def close(self):
        if not self._closed:
            self._closed = True
            if self._door is not None: _close(self._door)
            if self._c is not None: _close(self._c)
    def detach(self): return -1
    def fileno(self): return -1 if self._closed else 3
    def getsockname(self): return self._bound
    def getpeername(self):
        self._need()
        return self._peer
    def makefile(self, mode='r', buffering=None, encoding=None, errors=None, newline=None): return SocketFile(self, mode)
    def __enter__(self): return self
    def __exit__(self, *a): self.close()
    def __repr__(self): return '<socket.socket fd=' + str(self.fileno()) + ', family=2, type=1, proto=0, laddr=' + repr(self._bound) + '>'
SocketType = socket
class SocketFile:
    def __init__(self, sock, mode):
        self._sock = sock; self._text = 'b' not in mode; self._rest = b''; self.closed = False
    def _more(self):
        data = self._sock.recv(65536)
        self._rest += data
        return len(data) > 0
    def _out(self, n):
        data, self._rest = self._rest[:n], self._rest[n:]
        return data.decode() if self._text else data
    def readline(self, limit=-1):
        while b'\n' not in self._rest and (limit < 0 or len(self._rest) < limit):
            if not self._more(): break
        i = self._rest.find(b'\n')
        n = len(self._rest) if i < 0 else i + 1
        return self._out(n if limit < 0 else min(n, limit))
    def read(self, n=-1):
        while n < 0 or len(self._rest) < n:
            if not self._more(): break
        return self._out(len(self._rest) if n < 0 else n)
    read1 = read
    def write(self, data):
        self._sock.sendall(data.encode() if self._text else data)
        return len(data)
    def flush(self): pass
    def close(self): self.closed = True
    def __iter__(self):
        while True:
            line = self.readline()
            if not line: return
            yield line
    def __enter__(self): return self
    def __exit__(self, *a): self.close()
def create_connection(address, timeout=None, source_address=None):
    s = socket()
    s.settimeout(timeout)
    s.connect(address)
    return s
def create_server(address, *, family=AF_INET, backlog=None, reuse_port=False, dualstack_ipv6=False):
    s = socket()
    s.bind(address); s.listen()
    return s
def gethostname(): return _hostname()
def getfqdn(name=''): return name or _hostname()
def gethostbyname(host):
    if host == '' or host == '0.0.0.0': return '0.0.0.0'
    return _lookup(host)[0]
def gethostbyname_ex(host): return (host, [], _lookup(host))
def gethostbyaddr(ip): raise herror(1, 'Unknown host')
def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    return [(AF_INET, SOCK_STREAM, 6, '', (ip, int(port or 0))) for ip in (_lookup(host) if host else ['0.0.0.0'])]
def inet_aton(ip): return bytes([int(p) for p in ip.split('.')])
def inet_ntoa(b): return '.'.join([str(x) for x in b])
def htons(n): return ((n & 255) << 8) | (n >> 8)
ntohs = htons
`,
  socketserver: String.raw`
import socket, threading, sys
class BaseServer:
    timeout = None
    def __init__(self, server_address, RequestHandlerClass):
        self.server_address = server_address; self.RequestHandlerClass = RequestHandlerClass
        self._stop = False; self._done = threading.Event()
    def server_activate(self): pass
    def serve_forever(self, poll_interval=0.5):
        self._done.clear()
        self.socket.settimeout(None)
        try:
            while not self._stop:
                try: request, client = self.get_request()
                except OSError:
                    if self._stop: break
                    raise
                if self._stop:
                    request.close()
                    break
                self._handle(request, client)
        finally:
            self._stop = False
            self._done.set()
    def shutdown(self):
        self._stop = True
        self.socket.close()
        self._done.wait()
    def handle_request(self):
        request, client = self.get_request()
        self._handle(request, client)
    def _handle(self, request, client):
        if not self.verify_request(request, client):
            return self.shutdown_request(request)
        try: self.process_request(request, client)
        except Exception:
            self.handle_error(request, client)
            self.shutdown_request(request)
        except:
            self.shutdown_request(request)
            raise
    def verify_request(self, request, client): return True
    def process_request(self, request, client):
        self.finish_request(request, client)
        self.shutdown_request(request)
    def finish_request(self, request, client): self.RequestHandlerClass(request, client, self)
    def shutdown_request(self, request):
        try: request.shutdown(socket.SHUT_WR)
        except OSError: pass
        self.close_request(request)
    def close_request(self, request): request.close()
    def server_close(self): pass
    def handle_error(self, request, client):
        print('-' * 40, file=sys.stderr)
        print('Exception occurred during processing of request from', client, file=sys.stderr)
        import traceback
        traceback.print_exc()
        print('-' * 40, file=sys.stderr)
    def service_actions(self): pass
    def __enter__(self): return self
    def __exit__(self, *a): self.server_close()
class TCPServer(BaseServer):
    address_family = socket.AF_INET; socket_type = socket.SOCK_STREAM; request_queue_size = 5; allow_reuse_address = False
    def __init__(self, server_address, RequestHandlerClass, bind_and_activate=True):
        BaseServer.__init__(self, server_address, RequestHandlerClass)
        self.socket = socket.socket(self.address_family, self.socket_type)
        if bind_and_activate:
            try:
                self.server_bind()
                self.server_activate()
            except:
                self.server_close()
                raise
    def server_bind(self):
        self.socket.bind(self.server_address)
        self.socket.listen()
        self.server_address = self.socket.getsockname()
    def server_activate(self): self.socket.listen(self.request_queue_size)
    def server_close(self): self.socket.close()
    def fileno(self): return self.socket.fileno()
    def get_request(self): return self.socket.accept()
class ThreadingMixIn:
    daemon_threads = False; block_on_close = True
    def _in_thread(self, request, client):
        try: self.finish_request(request, client)
        except Exception: self.handle_error(request, client)
        finally: self.shutdown_request(request)
    def process_request(self, request, client):
        threading.Thread(target=self._in_thread, args=(request, client), daemon=True).start()
class ThreadingTCPServer(ThreadingMixIn, TCPServer): pass
class BaseRequestHandler:
    def __init__(self, request, client_address, server):
        self.request = request; self.client_address = client_address; self.server = server
        self.setup()
        try: self.handle()
        finally: self.finish()
    def setup(self): pass
    def handle(self): pass
    def finish(self): pass
class StreamRequestHandler(BaseRequestHandler):
    rbufsize = -1; wbufsize = 0; timeout = None
    def setup(self):
        self.connection = self.request
        if self.timeout is not None: self.connection.settimeout(self.timeout)
        self.rfile = self.connection.makefile('rb')
        self.wfile = self.connection.makefile('wb')
    def finish(self):
        self.wfile.close(); self.rfile.close()
`,
  urllib: ``,
  "urllib.error": String.raw`
class URLError(OSError):
    def __init__(self, reason, filename=None):
        self.args = (reason,)
        self.reason = reason
    def __str__(self): return '<urlopen error ' + str(self.reason) + '>'
class HTTPError(URLError):
    def __init__(self, url, code, msg, hdrs, fp):
        self.url = self.filename = url; self.code = self.status = code; self.msg = self.reason = msg; self.hdrs = self.headers = hdrs; self.fp = fp
        self.args = ()
    def __str__(self): return 'HTTP Error ' + str(self.code) + ': ' + str(self.msg)
    def __repr__(self): return '<HTTPError ' + str(self.code) + ': ' + repr(self.msg) + '>'
    def read(self, *a): return self.fp.read(*a)
    def getcode(self): return self.code
    def close(self): pass
    def __enter__(self): return self
    def __exit__(self, *a): pass
`,
  "urllib.parse": String.raw`
from collections import namedtuple
_safe = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~'
def quote(s, safe='/', encoding=None, errors=None):
    data = s if isinstance(s, bytes) else str(s).encode()
    return ''.join([chr(b) if chr(b) in _safe or chr(b) in safe else '%%%02X' % b for b in data])
def quote_plus(s, safe=''): return quote(s, safe + ' ').replace(' ', '+')
def unquote(s, encoding='utf-8', errors='replace'):
    if '%' not in s: return s
    out = bytearray(); i = 0; data = s.encode()
    while i < len(data):
        if data[i] == 37:
            try:
                out.append(int(data[i + 1:i + 3].decode(), 16)); i += 3
                continue
            except ValueError: pass
        out.append(data[i]); i += 1
    return bytes(out).decode('utf-8', 'replace')
def unquote_plus(s, **kw): return unquote(s.replace('+', ' '))
def urlencode(query, doseq=False, safe='', **kw):
    items = query.items() if hasattr(query, 'items') else query
    out = []
    for k, v in items:
        if doseq and not isinstance(v, (str, bytes)) and hasattr(v, '__iter__'):
            for x in v: out.append(quote_plus(k) + '=' + quote_plus(x))
        else: out.append(quote_plus(k) + '=' + quote_plus(v))
    return '&'.join(out)
def parse_qsl(qs, keep_blank_values=False, **kw):
    out = []
    for part in qs.split('&'):
        if not part: continue
        k, _, v = part.partition('=')
        if v or keep_blank_values: out.append((unquote_plus(k), unquote_plus(v)))
    return out
def parse_qs(qs, keep_blank_values=False, **kw):
    out = {}
    for k, v in parse_qsl(qs, keep_blank_values): out.setdefault(k, []).append(v)
    return out
class _Net:
    @property
    def _hostport(self): return self.netloc.rpartition('@')[2]
    @property
    def username(self): return self.netloc.rpartition('@')[0].partition(':')[0] or None
    @property
    def password(self): return self.netloc.rpartition('@')[0].partition(':')[2] or None
    @property
    def hostname(self): return self._hostport.partition(':')[0].lower() or None
    @property
    def port(self):
        p = self._hostport.partition(':')[2]
        return int(p) if p else None
    def geturl(self): return urlunsplit(self) if len(self) == 5 else urlunparse(self)
class SplitResult(_Net, namedtuple('SplitResult', 'scheme netloc path query fragment')): pass
class ParseResult(_Net, namedtuple('ParseResult', 'scheme netloc path params query fragment')): pass
def urlsplit(url, scheme='', allow_fragments=True):
    netloc = query = fragment = ''
    i = url.find(':')
    if i > 0 and url[0].isalpha() and all(c.isalnum() or c in '+-.' for c in url[:i]):
        scheme, url = url[:i].lower(), url[i + 1:]
    if url[:2] == '//':
        end = min([x for x in (url.find(c, 2) for c in '/?#') if x >= 0], default=len(url))
        netloc, url = url[2:end], url[end:]
    if '#' in url and allow_fragments: url, fragment = url.split('#', 1)
    if '?' in url: url, query = url.split('?', 1)
    return SplitResult(scheme, netloc, url, query, fragment)
def urlparse(url, scheme='', allow_fragments=True):
    s = urlsplit(url, scheme, allow_fragments)
    return ParseResult(s.scheme, s.netloc, s.path, '', s.query, s.fragment)
def urlunsplit(parts):
    scheme, netloc, path, query, fragment = parts
    url = path
    if netloc: url = '//' + netloc + ('/' if url and url[0] != '/' else '') + url
    if scheme: url = scheme + ':' + url
    if query: url += '?' + query
    if fragment: url += '#' + fragment
    return url
def urlunparse(parts): return urlunsplit((parts[0], parts[1], parts[2], parts[4], parts[5]))
def urljoin(base, url, allow_fragments=True):
    import posixpath
    if not base: return url
    b, u = urlsplit(base), urlsplit(url)
    if u.scheme and u.scheme != b.scheme or u.netloc: return url if u.scheme else b.scheme + ':' + url
    if not u.path: return urlunsplit((b.scheme, b.netloc, b.path, u.query or b.query, u.fragment))
    path = u.path if u.path.startswith('/') else b.path[:b.path.rfind('/') + 1] + u.path
    tail = '/' if path.endswith('/') and path != '/' else ''
    path = posixpath.normpath(path)
    return urlunsplit((b.scheme, b.netloc, path + tail, u.query, u.fragment))
`,
  "urllib.request": String.raw`
import http.client, io
from urllib.parse import urlsplit, urljoin
from urllib.error import URLError, HTTPError
class Request:
    def __init__(self, url, data=None, headers={}, origin_req_host=None, unverifiable=False, method=None):
        self.full_url = url; self.data = data; self.headers = {k.capitalize(): v for k, v in headers.items()}; self._method = method
        self.type = urlsplit(url).scheme; self.host = urlsplit(url).netloc
        if not self.type: raise ValueError('unknown url type: ' + repr(url))
    def get_method(self): return self._method or ('GET' if self.data is None else 'POST')
    def add_header(self, k, v): self.headers[k.capitalize()] = v
    def get_header(self, k, default=None): return self.headers.get(k.capitalize(), default)
def urlopen(url, data=None, timeout=None, *, context=None):
    request = url if isinstance(url, Request) else Request(url, data)
    if data is not None: request.data = data
    for _ in range(11):
        parts = urlsplit(request.full_url)
        if parts.scheme == 'file': return open(parts.path, 'rb')
        if parts.scheme == 'https': raise URLError('https in Python is not simulated in Timonel')
        if parts.scheme != 'http': raise URLError('unknown url type: ' + parts.scheme)
        if isinstance(request.data, str): raise TypeError('POST data should be bytes, an iterable of bytes, or a file object. It cannot be of type str.')
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout)
        headers = {'Accept-encoding': 'identity', 'Host': parts.netloc, 'User-agent': 'Python-urllib/' + _version(), **request.headers, 'Connection': 'close'}
        if request.data is not None:
            headers.setdefault('Content-type', 'application/x-www-form-urlencoded')
        path = (parts.path or '/') + ('?' + parts.query if parts.query else '')
        try:
            connection.request(request.get_method(), path, request.data, {k.title(): v for k, v in headers.items()})
            response = connection.getresponse()
        except OSError as e: raise URLError(e)
        response.url = request.full_url
        response.msg = response.reason
        if response.status in (301, 302, 303, 307, 308) and response.getheader('location') and request.get_method() in ('GET', 'HEAD', 'POST'):
            request = Request(urljoin(request.full_url, response.getheader('location')), headers=request.headers)
            continue
        if not 200 <= response.status < 300:
            raise HTTPError(request.full_url, response.status, response.reason, response.headers, response)
        return response
    raise HTTPError(request.full_url, 310, 'The HTTP server returned a redirect error that would lead to an infinite loop.', {}, None)
def _version():
    import sys
    return str(sys.version_info[0]) + '.' + str(sys.version_info[1])
def urlretrieve(url, filename):
    with urlopen(url) as r, open(filename, 'wb') as f: f.write(r.read())
    return filename, r.headers
`,
};
