import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const DISTRUST =
  "\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.";

it("answers pods that ask the API server over HTTPS, as who their token or certificate names", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`kubectl create role reader --verb=list --resource=pods; kubectl create rolebinding reader --role=reader --serviceaccount=default:default
kubectl run box --image=curlimages/curl --command -- sleep 10000`);
  await c.advance(20);
  const inside = (script: string): Promise<string> => c.sh(`kubectl exec box -- sh -c '${script}'`);
  const api = (path: string, options = ""): Promise<string> =>
    inside(
      `curl -sS --cacert ${ACCOUNT}/ca.crt -H "Authorization: Bearer $(cat ${ACCOUNT}/token)" ${options} https://kubernetes.default.svc${path}`,
    );
  expect(JSON.parse(await api("/api/v1/namespaces/default/pods"))).toMatchObject({
    kind: "PodList",
    items: [{ metadata: { name: "box" } }],
  });
  expect(JSON.parse(await api("/api/v1/namespaces/default/secrets"))).toMatchObject({
    code: 403,
    message:
      'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"',
  });
  expect(await api("/version", "-o /dev/null -w %{http_code}")).toBe("200");
  expect(await inside("curl -ksS -o /dev/null -w %{http_code} https://kubernetes/api")).toBe("403");
  expect(await inside("curl -sS https://kubernetes/api")).toBe(
    `curl: (60) SSL certificate problem: unable to get local issuer certificate${DISTRUST}\ncommand terminated with exit code 60\n[60]`,
  );
  expect(await inside(`curl -sS --cacert ${ACCOUNT}/ca.crt --connect-to ::kubernetes: https://api.example.com`)).toContain(
    "curl: (60) SSL: no alternative certificate subject name matches target host name",
  );
  expect(await inside("curl -sS http://kubernetes:443/")).toBe("Client sent an HTTP request to an HTTPS server.");
  // A certificate that the cluster signed says who asks.
  await c.sh(`openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ada.key -out ada.csr -subj /CN=ada/O=dev 2>/dev/null
cat <<E | kubectl apply -f -
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: ada }
spec: { request: $(base64 -w0 < ada.csr), signerName: kubernetes.io/kube-apiserver-client, usages: [client auth] }
E
kubectl certificate approve ada`);
  await c.advance(2);
  await c.sh("kubectl get csr ada -o jsonpath='{.status.certificate}' | base64 -d > ada.crt");
  const pods = "https://127.0.0.1:6443/api/v1/namespaces/default/pods";
  expect(JSON.parse(await c.sh(`curl -ks --cert ada.crt --key ada.key ${pods}`)).message).toMatch(
    /^pods is forbidden: User "ada" cannot list/,
  );
  expect(await c.sh(`curl -sSk --cert ada.crt --key nope ${pods}`)).toBe(
    "curl: (58) unable to set private key file: 'nope' type PEM\n[58]",
  );
}, 60_000);

const MADE = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout tls.key -out tls.crt -days 30 -subj /CN=web.example.com -addext subjectAltName=DNS:web.example.com 2>/dev/null
kubectl create secret tls web-tls --cert=tls.crt --key=tls.key >/dev/null`;

it("serves an Ingress with the certificate of its Secret, and other hosts with the controller's own", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`${MADE.replace(/-newkey \S+ -pkeyopt \S+/, "-newkey rsa:2048")}
kubectl create deployment web --image=hashicorp/http-echo -- /http-echo -text=hello
kubectl expose deployment web --port=80 --target-port=5678
kubectl create ingress web --class=nginx --rule='web.example.com/*=web:80,tls=web-tls' --rule='other.example.com/*=web:80,tls=nope'`);
  await c.advance(60);
  const ip = await c.sh("kubectl -n ingress-nginx get service ingress-nginx-controller -o jsonpath='{.status.loadBalancer.ingress[0].ip}'");
  const curl = (rest: string): Promise<string> =>
    c.sh(`curl -sS --resolve web.example.com:443:${ip} --resolve other.example.com:443:${ip} ${rest}`);
  expect(await curl("--cacert tls.crt https://web.example.com/")).toBe("hello");
  expect(await curl("https://web.example.com/")).toBe(`curl: (60) SSL certificate problem: self-signed certificate${DISTRUST}\n[60]`);
  expect(await curl("-vk -o /dev/null https://other.example.com/ 2>&1 | grep -E 'subject|result'")).toBe(
    "*  subject: O=Acme Co; CN=Kubernetes Ingress Controller Fake Certificate\n*  SSL certificate verify result: self-signed certificate (18), continuing anyway.",
  );
  expect(await curl(`-o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: web.example.com' http://${ip}/a`)).toBe(
    "308 https://web.example.com/a",
  );
  expect(await curl(`http://${ip}:443/`)).toContain("<center>The plain HTTP request was sent to HTTPS port</center>");
  expect(await curl(`https://${ip}:80/`)).toBe("curl: (35) OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number\n[35]");
  expect(await c.sh("kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep -o 'Error getting.*'")).toBe(
    'Error getting SSL certificate "default/nope": local SSL certificate default/nope was not found. Using default certificate',
  );
  expect(await c.sh(`openssl s_client -connect ${ip}:443 -servername web.example.com -CAfile tls.crt -brief </dev/null`)).toMatch(
    /CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\n[\s\S]*Peer certificate: CN = web.example.com\n[\s\S]*Verification: OK\n/,
  );
  // A certificate that has run out is one no more; a new one in the Secret is shown at once.
  await c.sh("kubectl delete secret web-tls; openssl x509 -in tls.crt -checkend 0 -noout");
  await c.advance(10);
  expect(await curl("--cacert tls.crt https://web.example.com/")).toContain("curl: (60) SSL certificate problem: self-signed certificate");
  await c.sh(MADE);
  await c.advance(10);
  expect(await curl("--cacert tls.crt https://web.example.com/")).toBe("hello");
}, 60_000);

it("serves what nginx is told to serve with a mounted Secret, to clients that check and to probes that do not", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`${MADE}
kubectl create configmap conf --from-literal=default.conf='server { listen 443 ssl; server_name web.example.com; ssl_certificate /tls/tls.crt; ssl_certificate_key /tls/tls.key; location / { return 200 "$scheme $ssl_protocol\\n"; } }'
cat <<E | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
  - name: nginx
    image: nginx
    readinessProbe: { httpGet: { port: 443, scheme: HTTPS }, periodSeconds: 1 }
    volumeMounts: [{ name: tls, mountPath: /tls }, { name: conf, mountPath: /etc/nginx/conf.d }]
  volumes: [{ name: tls, secret: { secretName: web-tls } }, { name: conf, configMap: { name: conf } }]
E
kubectl run box --image=alpine --command -- sleep 1000
kubectl run deb --image=nicolaka/netshoot --command -- sleep 1000`);
  await c.advance(40);
  expect(await c.sh("kubectl get pod web --no-headers")).toMatch(/^web +1\/1/);
  const ip = await c.sh("kubectl get pod web -o jsonpath={.status.podIP}");
  expect(await c.sh(`kubectl exec deb -- curl -sSk https://${ip}/`)).toBe("https TLSv1.3");
  expect(await c.sh(`kubectl exec box -- wget -qO- https://${ip}/`)).toBe(
    "https TLSv1.3\nwget: note: TLS certificate validation not implemented",
  );
  expect(await c.sh(`kubectl exec deb -- curl -s http://${ip}:443/`)).toContain(
    "<title>400 The plain HTTP request was sent to HTTPS port</title>",
  );
  expect(await c.sh("kubectl exec web -- nginx -t")).toContain("test is successful");
  await c.sh(
    "kubectl delete configmap conf >/dev/null; kubectl create configmap conf --from-literal=default.conf='server { listen 443 ssl; ssl_certificate /tls/nope.crt; ssl_certificate_key /tls/tls.key; }'",
  );
  await c.advance(120);
  expect(await c.sh("kubectl exec web -- nginx -t")).toContain(
    'nginx: [emerg] cannot load certificate "/tls/nope.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory',
  );
}, 60_000);

it("sends a hook that says HTTPS without it where nobody speaks TLS, and tells of it", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`cat <<E | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
  - name: hooks
    image: registry.k8s.io/e2e-test-images/agnhost:2.63.0
    args: [netexec]
    lifecycle: { postStart: { httpGet: { port: 8080, scheme: HTTPS } } }
E`);
  await c.advance(20);
  const ip = await c.sh("kubectl get pod web -o jsonpath={.status.podIP}");
  expect(await c.sh("kubectl get events --field-selector reason=LifecycleHTTPFallback -o jsonpath='{.items[*].message}'")).toBe(
    `request to HTTPS lifecycle hook ${ip}:8080 got HTTP response, retry with HTTP succeeded`,
  );
});
