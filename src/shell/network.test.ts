import { describe, expect, it } from "vitest";
import type { Programs } from "../runtime/index.ts";
import { testCluster } from "./testing/kernel.ts";

const NAMES: Readonly<Record<string, string>> = { "web.default.svc.cluster.local": "10.244.0.2" };
const encoder = new TextEncoder();

/** A web server on port 80 and a name server on port 53, as programs of one pod. */
const programs: Programs = {
  async web(proc) {
    const listener = await proc.net.listen(80);
    for (;;) {
      const socket = await listener.accept();
      const request = new TextDecoder().decode((await socket.read()) ?? new Uint8Array());
      const [, path = "/"] = request.split(" ");
      if (path === "/slow") await proc.clock.sleep(10_000);
      const body = path === "/echo" ? request.replace(/\r/g, "") : "hello\n";
      const status = path === "/missing" ? "404 Not Found" : path === "/moved" ? "302 Found\r\nLocation: /" : "200 OK";
      await socket.write(encoder.encode(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`));
      socket.end();
    }
  },
  async names(proc) {
    proc.net.bind(53, async (data) => {
      const labels: string[] = [];
      let at = 12;
      for (; (data[at] ?? 0) > 0; at += (data[at] as number) + 1)
        labels.push(new TextDecoder().decode(data.subarray(at + 1, at + 1 + (data[at] as number))));
      const [name, type] = [labels.join("."), data[at + 2]];
      const ip = NAMES[name];
      const answers = ip !== undefined && type === 1 ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, ...ip.split(".").map(Number)] : [];
      return Uint8Array.from([
        ...data.subarray(0, 2),
        0x85,
        ip === undefined ? 0x83 : 0x80,
        0,
        1,
        0,
        answers.length > 0 ? 1 : 0,
        0,
        0,
        0,
        0,
        ...data.subarray(12, at + 5),
        ...answers,
      ]);
    });
    await new Promise<void>((resolve) => proc.on("TERM", () => resolve()));
    return 0;
  },
};

async function run(script: string, image = script.startsWith("curl") ? "debian" : "busybox") {
  const c = testCluster(0, { programs });
  await c.start(["sh", "-c", "names & web"], { name: "web" });
  await c.clock.advance(1000);
  return c.run(script, { image, dns: "10.244.0.2" });
}

describe("curl", () => {
  it.each([
    ["curl -s http://web/; curl -s 10.244.0.2", "hello\nhello\n", "", 0],
    ["curl -sS http://web:81/; exit $?", "", "curl: (7) Failed to connect to web port 81 after 0 ms: Couldn't connect to server\n", 7],
    ["curl -s http://web:81/", "", "", 7],
    [
      "curl http://web/",
      "hello\n",
      "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r100     6  100     6    0     0   6000      0 --:--:-- --:--:-- --:--:--  6000\n",
      0,
    ],
    [
      "curl -sv -u me:secret http://web/ >/dev/null",
      "",
      "*   Trying 10.244.0.2:80...\n* Connected to web (10.244.0.2) port 80 (#0)\n* Server auth using Basic with user 'me'\n> GET / HTTP/1.1\r\n> Host: web\r\n> Authorization: Basic bWU6c2VjcmV0\r\n> User-Agent: curl/7.88.1\r\n> Accept: */*\r\n> \r\n< HTTP/1.1 200 OK\r\n< Content-Length: 6\r\n< \r\n{ [6 bytes data]\n* Connection #0 to host web left intact\n",
      0,
    ],
    ["curl -sv -G -d q=1 web 2>&1 | grep GET; curl -s --resolve x.y:80:10.244.0.2 http://x.y/", "> GET /?q=1 HTTP/1.1\r\nhello\n", "", 0],
    [
      "curl -s --json '{}' web/echo",
      "POST /echo HTTP/1.1\nHost: web\nUser-Agent: curl/7.88.1\nContent-Type: application/json\nAccept: application/json\nContent-Length: 2\n\n{}",
      "",
      0,
    ],
    ["curl -s --retry 2 --retry-connrefused http://web:81/; echo $?", "7\n", "", 0],
    [
      "curl -s -o /tmp/f -w '%{http_code} %{size_download} %{remote_ip} %{url_effective}\\n' web; cat /tmp/f",
      "200 6 10.244.0.2 http://web/\nhello\n",
      "",
      0,
    ],
    ["curl -sS nowhere", "", "curl: (6) Could not resolve host: nowhere\n", 6],
    ["curl -sS -m 3 http://web/slow", "", "curl: (28) Operation timed out after 3000 milliseconds with 0 bytes received\n", 28],
    ["curl -sf http://web/missing", "", "", 22],
    ["curl -fsS http://web/missing", "", "curl: (22) The requested URL returned error: 404\n", 22],
    [
      "curl -s -o /dev/null -w '%{http_code}\\n' http://web/missing; curl -sL web/moved; curl -sI web",
      "404\nhello\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n",
      "",
      0,
    ],
    [
      "curl -s -d a=1 -H 'X-Y: z' web/echo",
      "POST /echo HTTP/1.1\nHost: web\nUser-Agent: curl/7.88.1\nAccept: */*\nX-Y: z\nContent-Length: 3\nContent-Type: application/x-www-form-urlencoded\n\na=1",
      "",
      0,
    ],
    [
      "curl -s -F a=b -F 'f=hi;type=text/plain' --oauth2-bearer tok web/echo | sed 's/-----*[0-9a-f]*/BOUNDARY/'",
      'POST /echo HTTP/1.1\nHost: web\nAuthorization: Bearer tok\nUser-Agent: curl/7.88.1\nAccept: */*\nContent-Length: 255\nContent-Type: multipart/form-data; boundary=BOUNDARY\n\nBOUNDARY\nContent-Disposition: form-data; name="a"\n\nb\nBOUNDARY\nContent-Disposition: form-data; name="f"\nContent-Type: text/plain\n\nhi\nBOUNDARY--\n',
      "",
      0,
    ],
    [
      "curl -s -o /dev/null -w '%{http_code} %{stderr}%{method} %{scheme}%{stdout}%{size_request}\\n' 'web/[1-2]'",
      "200 68\nhello\n200 68\n",
      "GET HTTPGET HTTP",
      0,
    ],
    ["curl -s -w '%{onerror}%{exitcode} %{errormsg}\\n' nowhere", "6 Could not resolve host: nowhere\n", "", 6],
    ["curl --proto '=https' -sS web", "", 'curl: (1) Protocol "http" not supported or disabled in libcurl\n', 1],
    ["curl --fail-early -s nowhere web", "", "", 6],
    ["curl -sS --max-filesize 3 web", "", "curl: (63) Maximum file size exceeded\n", 63],
    ["curl -x http://proxy:3128 web", "", "curl: option --proxy: is not supported by this simulator\n", 2],
    ["curl --frob web", "", "curl: option --frob: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n", 2],
  ])("%s", async (script, out, err, code) => {
    expect(await run(script)).toEqual({ out, err, code });
  });
});

describe("busybox", () => {
  it.each([
    ["wget -qO- http://web/", "hello\n", "", 0],
    ["wget -qO- http://10.244.0.2:9/", "", "wget: can't connect to remote host (10.244.0.2): Connection refused\n", 1],
    ["wget -O- http://nowhere/", "", "wget: bad address 'nowhere'\n", 1],
    ["wget -qO- http://web/missing", "", "wget: server returned error: HTTP/1.1 404 Not Found\n", 1],
    ["wget -qO- -T 2 http://web/slow", "", "wget: download timed out\n", 1],
    [
      "wget http://web/; cat index.html",
      "hello\n",
      "Connecting to web (10.244.0.2:80)\nsaving to 'index.html'\nindex.html           100% |********************************|     6  0:00:00 ETA\n'index.html' saved\n",
      0,
    ],
    ["nc -zv web 80; nc -zv web 81", "", "web (10.244.0.2:80) open\n", 1],
    ["nc -zvv web 81", "", "nc: web (10.244.0.2:81): Connection refused\n", 1],
    ["printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc web 80 | tail -n 1", "hello\n", "", 0],
    ["nc -l -p 7 > got & sleep 1; echo hi | nc 127.0.0.1 7; wait; cat got", "hi\n", "", 0],
    [
      "nslookup web.default.svc.cluster.local",
      "Server:\t\t10.244.0.2\nAddress:\t10.244.0.2:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.244.0.2\n\n\n",
      "",
      0,
    ],
    [
      "nslookup x.y",
      "Server:\t\t10.244.0.2\nAddress:\t10.244.0.2:53\n\n** server can't find x.y: NXDOMAIN\n\n** server can't find x.y: NXDOMAIN\n\n",
      "",
      1,
    ],
    [
      "nslookup -type=a web | head -n 6",
      "Server:\t\t10.244.0.2\nAddress:\t10.244.0.2:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.244.0.2\n\n",
      "",
      0,
    ],
    [
      "nslookup web 10.244.0.9",
      "Server:\t\t10.244.0.9\nAddress:\t10.244.0.9:53\n\n;; connection timed out; no servers could be reached\n\n",
      "",
      1,
    ],
    [
      "dig +short web.default.svc.cluster.local; dig +search +noall +answer web",
      "10.244.0.2\nweb.default.svc.cluster.local.\t30\tIN\tA\t10.244.0.2\n",
      "",
      0,
    ],
    [
      "ping -c 2 web",
      "PING web (10.244.0.2): 56 data bytes\n64 bytes from 10.244.0.2: seq=0 ttl=64 time=0.400 ms\n64 bytes from 10.244.0.2: seq=1 ttl=64 time=0.400 ms\n\n--- web ping statistics ---\n2 packets transmitted, 2 packets received, 0% packet loss\nround-trip min/avg/max = 0.400/0.400/0.400 ms\n",
      "",
      0,
    ],
    ["ping printer", "", "ping: bad address 'printer'\n", 1],
    [
      "ping -c 1 -W 1 10.96.0.1",
      "PING 10.96.0.1 (10.96.0.1): 56 data bytes\n\n--- 10.96.0.1 ping statistics ---\n1 packets transmitted, 0 packets received, 100% packet loss\n",
      "",
      1,
    ],
    [
      "traceroute -n 10.244.0.2",
      "traceroute to 10.244.0.2 (10.244.0.2), 30 hops max, 46 byte packets\n 1  10.244.0.2  0.400 ms  0.400 ms  0.400 ms\n",
      "",
      0,
    ],
    [
      "nc -l -p 7 & sleep 1; netstat -tlnp; netstat -rn | tail -n 1; kill $!",
      "Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \ntcp        0      0 0.0.0.0:7               0.0.0.0:*               LISTEN      2/nc\n10.244.0.0      0.0.0.0         255.255.255.0   U         0 0          0 eth0\n",
      "",
      0,
    ],
    [
      "ip -o addr; ip route | head -n 1; ip link set eth0 down",
      "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n2: eth0    inet 10.244.0.3/24 brd 10.244.0.255 scope global eth0\\       valid_lft forever preferred_lft forever\ndefault via 10.244.0.1 dev eth0 \n",
      "ip: RTNETLINK answers: Operation not permitted\n",
      2,
    ],
  ])("%s", async (script, out, err, code) => {
    expect(await run(script)).toEqual({ out, err, code });
  });
});

describe("debian", () => {
  it.each([
    [
      "ping -c 1 web",
      "PING web (10.244.0.2) 56(84) bytes of data.\n64 bytes from web (10.244.0.2): icmp_seq=1 ttl=64 time=0.400 ms\n\n--- web ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.400/0.400/0.400/0.000 ms\n",
      "",
      0,
    ],
    ["ping -c 1 printer", "", "ping: printer: Name or service not known\n", 2],
    [
      "ping -c 1 10.244.0.77",
      "PING 10.244.0.77 (10.244.0.77) 56(84) bytes of data.\nFrom 10.244.0.3 icmp_seq=1 Destination Host Unreachable\n\n--- 10.244.0.77 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 3000ms\n\n",
      "",
      1,
    ],
    ["nc -zv web 81", "", "nc: connect to web (10.244.0.2) port 81 (tcp) failed: Connection refused\n", 1],
    ["nc -zv web 80", "", "Connection to web (10.244.0.2) 80 port [tcp/http] succeeded!\n", 0],
    ["echo hi | nc -q 0 web 81; echo $?", "1\n", "", 0],
    [
      "nc -l 7 & sleep 1; ss -tln; ss -tlnp state established; kill $!",
      "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 0      4096         0.0.0.0:7         0.0.0.0:*          \nState Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n",
      "",
      0,
    ],
    ["getent hosts web; getent hosts nowhere; echo $?; getent passwd 0", "10.244.0.2      web\n2\nroot:x:0:0:root:/root:/bin/sh\n", "", 0],
    ["host web; host nowhere", "web.default.svc.cluster.local has address 10.244.0.2\nHost nowhere not found: 3(NXDOMAIN)\n", "", 1],
    [
      "wget -O- http://web/ 2>&1 | grep -v ^--",
      "Resolving web (web)... 10.244.0.2\nConnecting to web (web)|10.244.0.2|:80... connected.\nHTTP request sent, awaiting response... 200 OK\nLength: 6\nSaving to: 'STDOUT'\nhello\n\n     0K                                                        100%     =0s\n\n1970-01-01 00:00:03 - written to stdout [6/6]\n\n",
      "",
      0,
    ],
    ["wget -q http://web/missing; echo $?; wget -qO- http://web/moved", "8\nhello\n", "", 0],
    ["telnet web 81", "Trying 10.244.0.2...\n", "telnet: Unable to connect to remote host: Connection refused\n", 1],
    [
      "apt-get install -y curl",
      "Reading package lists...\nBuilding dependency tree...\nReading state information...\n",
      "E: Unable to locate package curl\n",
      100,
    ],
    [
      "ip -br addr; ip -j route",
      'lo               UNKNOWN        127.0.0.1/8 \neth0@if2         UP             10.244.0.3/24 \n[{"dst":"default","gateway":"10.244.0.1","dev":"eth0","flags":[]},{"dst":"10.244.0.0/24","dev":"eth0","protocol":"kernel","scope":"link","prefsrc":"10.244.0.3","flags":[]}]\n',
      "",
      0,
    ],
  ])("%s", async (script, out, err, code) => {
    expect(await run(script, "debian")).toEqual({ out, err, code });
  });
});

describe("BIND's nslookup, where it is not BusyBox's", () => {
  it.each([
    ["nslookup web", "Server:\t\t10.244.0.2\nAddress:\t10.244.0.2#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.244.0.2\n\n", 0],
    ["nslookup x.y", "Server:\t\t10.244.0.2\nAddress:\t10.244.0.2#53\n\n** server can't find x.y: NXDOMAIN\n\n", 1],
  ])("%s", async (script, out, code) => {
    expect(await run(script, "debian")).toMatchObject({ out, code });
  });
});
