import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("kubectl in a pod is who its service account is, and may what RBAC lets that", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(
    "kubectl run k --image=bitnami/kubectl:latest --command -- sleep infinity; kubectl wait --for=condition=Ready pod/k --timeout=120s",
  );
  expect(await c.sh("kubectl exec k -- kubectl get pods")).toBe(
    'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in the namespace "default"\ncommand terminated with exit code 1\n[1]',
  );
  await c.sh("kubectl create rolebinding edit --clusterrole=edit --serviceaccount=default:default");
  expect(await c.sh("kubectl exec k -- kubectl get pods -o name")).toBe("pod/k");
  await c.sh("kubectl exec k -- kubectl create configmap made --from-literal=a=b");
  expect(await c.sh("kubectl get configmap made -o jsonpath='{.data.a}'")).toBe("b");
});

it("kubectl without a token finds no server", async () => {
  const c = await testCluster({ nodes: 1 });
  const overrides = JSON.stringify({ spec: { automountServiceAccountToken: false } });
  await c.sh(`kubectl run k --image=registry.k8s.io/kubectl:v1.36.2 --restart=Never --overrides='${overrides}' -- get pods; sleep 10`);
  expect(await c.sh("kubectl logs k")).toMatch(
    /The connection to the server localhost:8080 was refused - did you specify the right host or port\?$/,
  );
});

it("kubectl is who its kubeconfig's certificate names, and trusts whom it is told to", async () => {
  const c = await testCluster({ nodes: 1 });
  const request = `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ann}
spec: {request: $(base64 -w0 ann.csr), signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}`;
  await c.sh(`openssl genrsa -out ann.key 2048; openssl genrsa -out bob.key 2048; openssl req -new -key ann.key -subj /CN=ann/O=dev -out ann.csr
kubectl apply -f - <<EOF
${request}
EOF
kubectl certificate approve ann; sleep 1; kubectl get csr ann -o jsonpath='{.status.certificate}' | base64 -d > ann.crt
kubectl config set-credentials ann --client-certificate=ann.crt --client-key=ann.key; kubectl config set-context ann --cluster=kubernetes --user=ann`);
  const forbidden = (user: string): string =>
    `Error from server (Forbidden): pods is forbidden: User "${user}" cannot list resource "pods" in API group "" in the namespace "default"\n[1]`;
  for (const [line, answer] of [
    ["kubectl --context ann get pods", forbidden("ann")],
    ["kubectl --context ann auth whoami -o jsonpath='{.status.userInfo.groups}'", '["dev","system:authenticated"]'],
    ["kubectl auth whoami -o jsonpath='{.status.userInfo.username}'", "kubernetes-admin"],
    ["cd /tmp; kubectl --context ann get pods", forbidden("ann")],
    [
      "kubectl --client-certificate=ann.crt get pods --user ann --client-key=nope",
      "error: unable to read client-key nope for ann due to open nope: no such file or directory\n[1]",
    ],
    [
      "kubectl --client-certificate=a --client-key=b get pods",
      "Error in configuration: \n* unable to read client-cert a for kubernetes-admin due to open a: no such file or directory\n* unable to read client-key b for kubernetes-admin due to open b: no such file or directory\n[1]",
    ],
    [
      "kubectl --username=a --token=b get pods",
      "error: more than one authentication method found for kubernetes-admin; found [token basicAuth], only one is allowed\n[1]",
    ],
    [
      "kubectl --certificate-authority=ann.key get pods",
      "error: unable to load root certificates: no valid certificate authority data seen\n[1]",
    ],
    ["kubectl --context nobody get pods", "Error in configuration: context was not found for specified context: nobody\n[1]"],
    [
      "kubectl config set-cluster bare --server=https://127.0.0.1:6443; kubectl --cluster bare get ns default -o name 2>&1 | tail -1",
      'Cluster "bare" set.\nUnable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    ["kubectl --cluster bare --insecure-skip-tls-verify get ns default -o name", "namespace/default"],
    ["kubectl --server=https://172.18.0.2:6443 get ns default -o name", "namespace/default"],
    [
      "kubectl --tls-server-name=foo api-resources 2>&1 | tail -1",
      "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is valid for control-plane, kubernetes, kubernetes.default, kubernetes.default.svc, kubernetes.default.svc.cluster.local, localhost, not foo",
    ],
    [
      "kubectl --client-certificate=ann.crt --client-key=bob.key get pods 2>&1 | tail -1",
      "Unable to connect to the server: tls: private key does not match public key",
    ],
    [
      "kubectl --server=http://127.0.0.1:6443 get pods 2>&1 | tail -1",
      "Error from server (BadRequest): the server rejected our request for an unknown reason",
    ],
    [
      "kubectl config set-context empty --cluster=kubernetes --user=ghost; printf 'a\\nb\\n' | kubectl --context empty get pods 2>&1 | sed '2,5d; s/: E[0-9].*/:/'",
      'Context "empty" created.\nPlease enter Username: Please enter Password:\nError from server (Forbidden): unknown',
    ],
  ] as const)
    expect([line, await c.sh(`cd; ${line}`)]).toEqual([line, answer]);
});

it("a server that does not answer is told of as often as each command asks", async () => {
  const c = await testCluster({ nodes: 1 });
  const refused = "The connection to the server 127.0.0.1:7444 was refused - did you specify the right host or port?";
  const dial = "dial tcp 127.0.0.1:7444: connect: connection refused";
  await c.sh(
    "kubectl config set-cluster kubernetes --server=https://127.0.0.1:7444; kubectl create cm x --dry-run=client -o yaml > cm.yaml",
  );
  for (const [line, attempts, answer] of [
    ["get pods", 5, refused],
    ["describe pod x", 5, refused],
    ["logs x", 4, refused],
    ["drain node-1", 4, refused],
    ["taint node x a=b:NoSchedule", 2, refused],
    ["run x --image=x", 1, refused],
    ["get --raw /healthz", 0, refused],
    ["top node", 0, refused],
    ["create ns x", 0, refused],
    [
      "create cm x",
      0,
      `error: failed to create configmap: Post "https://127.0.0.1:7444/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create&fieldValidation=Strict": ${dial}`,
    ],
    [
      "create token x",
      0,
      `error: failed to create token: Post "https://127.0.0.1:7444/api/v1/namespaces/default/serviceaccounts/x/token": ${dial}`,
    ],
    ["api-versions", 1, `error: couldn't get available api versions from server: Get "https://127.0.0.1:7444/api?timeout=32s": ${dial}`],
    ["delete -f cm.yaml", 1, `error: unable to recognize "cm.yaml": Get "https://127.0.0.1:7444/api?timeout=32s": ${dial}`],
    [
      "apply -f cm.yaml",
      0,
      `error: error validating "cm.yaml": error validating data: failed to download openapi: Get "https://127.0.0.1:7444/openapi/v2?timeout=32s": ${dial}; if you choose to ignore these errors, turn validation off with --validate=false`,
    ],
    ["auth can-i get pods", 2, `Warning: the server doesn't have a resource type 'pods'\n\n${refused}`],
    ["cluster-info", 5, `\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n${refused}`],
  ] as const) {
    const lines = (await c.sh(`kubectl ${line} 2>&1; true`)).split("\n");
    const told = lines.filter((l) => / memcache\.go:265\] "Unhandled Error" err="couldn't get current server API group list: Get /.test(l));
    expect([line, told.length, lines.filter((l) => !told.includes(l)).join("\n")]).toEqual([line, attempts, answer.trimEnd()]);
  }
});
