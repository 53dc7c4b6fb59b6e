import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const manifest = (name: string): string => readFileSync(new URL(`../../e2e/manifests/${name}`, import.meta.url), "utf8");

/** A learner's cluster with a file of the course in the home folder. */
async function withFile(...names: readonly string[]) {
  const c = await testCluster();
  await c.advance(10);
  for (const name of names) await c.sh(`cat > ${name} <<'END'\n${manifest(name).trimEnd()}\nEND`);
  return c;
}

// What the course shows, file by file (see the README beside the course's manifests).
describe("the course's manifests", () => {
  it("hello-pod.yaml runs in its namespace and says hello", async () => {
    const c = await withFile("hello-pod.yaml");
    expect(await c.sh("kubectl apply -f hello-pod.yaml")).toBe(
      'Error from server (NotFound): error when creating "hello-pod.yaml": namespaces "backend" not found\n[1]',
    );
    await c.sh(
      "kubectl create namespace backend && kubectl apply -f hello-pod.yaml && kubectl wait -n backend --for=condition=Ready pod/hello",
    );
    expect(await c.sh("kubectl logs -n backend hello")).toBe("Hello Kubernetes!");
  });

  it("website.yaml restarts for ever, since its probe asks the wrong port", async () => {
    const c = await withFile("website.yaml");
    await c.sh("kubectl create namespace frontend && kubectl apply -f website.yaml");
    await c.advance(240);
    const rows = await c.sh("kubectl get pods -n frontend --no-headers");
    expect(rows.split("\n")).toHaveLength(2);
    for (const row of rows.split("\n")) expect(row).toMatch(/ (?:CrashLoopBackOff|Running|Completed) +[3-9] /);
    expect(
      await c.sh("kubectl get events -n frontend -o jsonpath='{range .items[*]}{.reason}: {.message}{\"\\n\"}{end}' | sort -u"),
    ).toMatch(
      /Killing: Container nginx failed liveness probe, will be restarted\n[^]*Unhealthy: Liveness probe failed: dial tcp 10\.244\.\d+\.\d+:3000: connect: connection refused/,
    );
  });

  it("node-exporter.yaml runs once on each node, with a priority that any namespace may use", async () => {
    const c = await withFile("node-exporter.yaml");
    await c.sh(
      "kubectl create namespace monitoring && kubectl apply -f node-exporter.yaml && kubectl rollout status -n monitoring ds/node-exporter",
    );
    expect(
      await c.sh(
        "kubectl get pods -n monitoring -o jsonpath='{range .items[*]}{.spec.nodeName} {.status.phase} {.spec.priority}{\"\\n\"}{end}' | sort",
      ),
    ).toBe(["node-1", "node-2", "node-3"].map((node) => `${node} Running 2000001000`).join("\n"));
    expect(
      await c.sh(
        "kubectl run ask -n monitoring --image=busybox --restart=Never -i --rm -q -- wget -qO- $(kubectl get pods -n monitoring -o jsonpath='{.items[0].status.podIP}'):9100/metrics | grep -c '^node_exporter_build_info'",
      ),
    ).toBe("1");
  });

  it("mariadb.yaml keeps its data on a disk of the default class", async () => {
    const c = await withFile("mariadb.yaml");
    await c.sh(
      "kubectl create namespace persistence && kubectl apply -f mariadb.yaml && kubectl wait -n persistence --for=create pod/mariadb-0",
    );
    expect(await c.sh("kubectl wait -n persistence --for=condition=Ready pod/mariadb-0 --timeout=300s")).toBe(
      "pod/mariadb-0 condition met",
    );
    expect(await c.sh("kubectl get pvc -n persistence --no-headers | awk '{print $1, $2}'")).toBe("data-mariadb-0 Bound");
    const sql = (text: string): Promise<string> => c.sh(`kubectl exec -n persistence mariadb-0 -- mysql -uroot -pdbP4ssw0rd -e "${text}"`);
    expect(
      await sql(
        "CREATE DATABASE shop; CREATE TABLE shop.items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20)); INSERT INTO shop.items (name) VALUES ('tea'), ('rum')",
      ),
    ).toBe("");
    await c.sh(
      "kubectl delete pod -n persistence mariadb-0 --grace-period=5 && sleep 1 && kubectl wait -n persistence --for=condition=Ready pod/mariadb-0 --timeout=300s && sleep 10",
    );
    expect(await sql("SELECT * FROM shop.items")).toBe("id\tname\n1\ttea\n2\trum");
    expect(await sql("SHOW VARIABLES LIKE 'skip_name_resolve'")).toBe("Variable_name\tValue\nskip_name_resolve\tON");
  });

  it("pi-job.yaml completes, and its log holds pi", async () => {
    const c = await withFile("pi-job.yaml");
    await c.sh("kubectl apply -f pi-job.yaml && kubectl wait --for=condition=complete job/pi --timeout=120s");
    const log = await c.sh("kubectl logs job/pi");
    expect([log.slice(0, 22), log.length]).toEqual(["3.14159265358979323846", 2001]);
    expect(await c.sh("kubectl get job pi --no-headers | awk '{print $2, $3}'")).toBe("Complete 1/1");
  });

  it("hello-cronjob-v1beta1.yaml is refused: that version is gone", async () => {
    const c = await withFile("hello-cronjob-v1beta1.yaml");
    expect(await c.sh("kubectl apply -f hello-cronjob-v1beta1.yaml")).toBe(
      'error: resource mapping not found for name: "hello" namespace: "" from "hello-cronjob-v1beta1.yaml": no matches for kind "CronJob" in version "batch/v1beta1"\nensure CRDs are installed first\n[1]',
    );
  });

  it("hello-cronjob.yaml makes a Job a minute", async () => {
    const c = await withFile("hello-cronjob.yaml");
    await c.sh("kubectl apply -f hello-cronjob.yaml");
    await c.advance(185);
    expect(await c.sh("kubectl get jobs --no-headers | awk '{print $2, $3}'")).toBe("Complete 1/1\nComplete 1/1\nComplete 1/1");
    expect(await c.sh("kubectl logs job/$(kubectl get jobs -o jsonpath='{.items[0].metadata.name}')")).toBe("Hello from Kubernetes");
  });

  it("landing-ingress-old.yaml is refused by its fields", async () => {
    const c = await withFile("landing-ingress-old.yaml");
    expect(await c.sh("kubectl create namespace frontend >/dev/null; kubectl apply -f landing-ingress-old.yaml")).toBe(
      'Error from server (BadRequest): error when creating "landing-ingress-old.yaml": Ingress in version "v1" cannot be handled as a Ingress: strict decoding error: unknown field "spec.rules[0].http.paths[0].backend.serviceName", unknown field "spec.rules[0].http.paths[0].backend.servicePort"\n[1]',
    );
  });

  it("landing-ingress.yaml is routed by the ingress controller", async () => {
    const c = await withFile("landing-ingress.yaml");
    await c.sh(`kubectl create namespace frontend && sleep 1
kubectl create deployment landing -n frontend --image=nginx:1.27 --port=80 && kubectl create service clusterip landing -n frontend --tcp=80
kubectl patch service landing -n frontend -p '{"spec":{"ports":[{"name":"http","port":80}]}}'
kubectl apply -f landing-ingress.yaml
kubectl rollout status deployment/landing -n frontend && kubectl rollout status deployment/ingress-nginx-controller -n ingress-nginx`);
    await c.advance(70);
    const address = await c.sh("kubectl get ingress landing -n frontend -o jsonpath='{.status.loadBalancer.ingress[0].ip}'");
    expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(await c.sh(`curl -s -H 'Host: brutal.systems' http://${address}/ | grep -o '<title>.*</title>'`)).toBe(
      "<title>Welcome to nginx!</title>",
    );
    expect(await c.sh(`curl -s -o /dev/null -w '%{http_code}' http://${address}/`)).toBe("404");
  });

  it("superapi-config.yaml becomes a ConfigMap and a Secret, its strings encoded", async () => {
    const c = await withFile("superapi-config.yaml");
    await c.sh("kubectl create namespace backend && kubectl apply -f superapi-config.yaml");
    expect(await c.sh("kubectl get secret -n backend superapi -o jsonpath='{.type} {.data.APP_KEY} {.stringData}'")).toBe(
      "Opaque djNyeVMzY3IzdEszeQ==",
    );
    expect(await c.sh("kubectl get cm -n backend superapi -o jsonpath='{.data.DB_HOST}'")).toBe("mariadb-0.vlc1.example.net");
  });

  it("myapp-pod.yaml waits for two Services, one after the other", async () => {
    const c = await withFile("myapp-pod.yaml", "myapp-services.yaml");
    await c.sh("kubectl apply -f myapp-pod.yaml");
    await c.advance(30);
    const status = (): Promise<string> => c.sh("kubectl get pod myapp-pod --no-headers | awk '{print $2, $3}'");
    expect(await status()).toBe("0/1 Init:0/2");
    expect(await c.sh("kubectl logs myapp-pod -c init-myservice | tail -n 1")).toBe("esperando a myservice");
    await c.sh("kubectl apply -f myapp-services.yaml && kubectl wait --for=condition=Ready pod/myapp-pod --timeout=60s");
    expect(await status()).toBe("1/1 Running");
    expect(await c.sh("kubectl logs myapp-pod")).toContain("¡La aplicación se está ejecutando!");
  });

  it("runtimeclass.yaml: a class that is unknown is refused, one whose handler no node has makes no sandbox", async () => {
    const c = await withFile("runtimeclass.yaml");
    expect(await c.sh("sed '1,/^---/d' runtimeclass.yaml | kubectl apply -f -")).toBe(
      'Error from server (Forbidden): error when creating "STDIN": pods "mypod" is forbidden: pod rejected: RuntimeClass "myclass" not found\n[1]',
    );
    await c.sh("kubectl apply -f runtimeclass.yaml");
    await c.advance(20);
    expect(await c.sh("kubectl get pod mypod --no-headers | awk '{print $2, $3}'")).toBe("0/1 ContainerCreating");
    expect(
      await c.sh(
        "kubectl get events --field-selector involvedObject.name=mypod,reason=FailedCreatePodSandBox -o jsonpath='{.items[0].message}'",
      ),
    ).toMatch(
      /^Failed to create pod sandbox: rpc error: code = Unknown desc = unable to get OCI runtime for sandbox "[0-9a-f]{64}": no runtime for "myconfiguration" is configured$/,
    );
  });

  it("private-registry.yaml cannot pull without its secret, and runs with it", async () => {
    const c = await withFile("private-registry.yaml");
    await c.sh("kubectl create namespace awesomeapps && sleep 1 && kubectl apply -f private-registry.yaml");
    await c.advance(25);
    const status = (): Promise<string> => c.sh("kubectl get pod foo -n awesomeapps --no-headers | awk '{print $2, $3}'");
    expect(await status()).toMatch(/^0\/1 (?:ImagePullBackOff|ErrImagePull)$/);
    expect(
      await c.sh(
        "kubectl get events -n awesomeapps --field-selector reason=FailedToRetrieveImagePullSecret -o jsonpath='{.items[0].message}'",
      ),
    ).toBe("Unable to retrieve some image pull secrets (myregistrykey); attempting to pull the image may not succeed.");
    await c.sh(
      "kubectl create secret docker-registry myregistrykey -n awesomeapps --docker-server=my-registry.io --docker-username=janedoe --docker-password=s3cret",
    );
    await c.advance(90);
    expect(await status()).toBe("1/1 Running");
  });

  it("ephemeral.json adds a container that sees its neighbours", async () => {
    const c = await withFile("ephemeral.json");
    await c.sh(`kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: {name: example-pod}
spec:
  shareProcessNamespace: true
  containers: [{name: web, image: "nginx:1.27"}]
END
kubectl wait --for=condition=Ready pod/example-pod`);
    await c.sh("kubectl replace --raw /api/v1/namespaces/default/pods/example-pod/ephemeralcontainers -f ephemeral.json");
    await c.advance(5);
    const seen = await c.sh(
      "printf 'ps auxww; exit\\n' | kubectl attach -i example-pod -c debugger 2>/dev/null || kubectl exec example-pod -c debugger -- ps auxww",
    );
    expect(seen).toMatch(/\b1 \S+ +\S+ \/pause/);
    expect(seen).toMatch(/nginx: master process nginx -g daemon off;/);
    expect(seen).toMatch(/nginx: worker process/);
  });
});
