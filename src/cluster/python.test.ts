import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

/** What a course puts into a ConfigMap: a server with a log, that ends when it is asked to. */
const APP = `import http.server, json, os, signal, sys, threading

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"greeting": os.environ["GREETING"], "path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

server = http.server.HTTPServer(("", 8080), Handler)

def stop(number, frame):
    print("stopping", signal.Signals(number).name, flush=True)
    threading.Thread(target=server.shutdown).start()

signal.signal(signal.SIGTERM, stop)
print("listening on", server.server_port, flush=True)
server.serve_forever()
print("bye", flush=True)
sys.exit(0)
`;
const indented = APP.replace(/^/gm, "    ");
const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data:
  app.py: |
${indented}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: python:3.12-slim
        command: ["python", "/app/app.py"]
        env: [{name: GREETING, value: hello}]
        volumeMounts: [{name: app, mountPath: /app}]
        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1000}
      volumes: [{name: app, configMap: {name: app}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: asker}
spec:
  containers:
  - name: c
    image: python:3.12-slim
    command: ["python", "-c", "import time; time.sleep(10**6)"]
`;

it("runs an app.py of a ConfigMap: it serves a Service, logs what it was asked, and ends by itself at SIGTERM", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`kubectl apply -f - <<'E'\n${MANIFEST}E`);
  await c.advance(90);
  expect(await c.sh("kubectl get pods --no-headers | awk '{print $2, $3}'")).toBe("1/1 Running\n1/1 Running");
  const ask = `import urllib.request as u; r = u.urlopen('http://web/hi?x=1'); print(r.status, r.read().decode())`;
  expect(await c.sh(`kubectl exec asker -- python -c "${ask}"`)).toBe('200 {"greeting": "hello", "path": "/hi?x=1"}');
  const log = await c.sh("kubectl logs deploy/web");
  expect(log.replaceAll(/^\S+ - - \[[^\]]+\]/gm, "IP - - [T]")).toBe(
    'listening on 8080\nIP - - [T] "GET /ready HTTP/1.1" 200 -\nIP - - [T] "GET /hi?x=1 HTTP/1.1" 200 -',
  );
  await c.sh("kubectl logs -f deploy/web > /tmp/log & kubectl delete deploy web");
  await c.advance(5);
  expect(await c.sh("tail -n 2 /tmp/log; kubectl get pods --no-headers | wc -l")).toBe("stopping SIGTERM\nbye\n1");
});
