import { expect, it } from "vitest";
import { MemoryStorage } from "./index.ts";
import { testCluster } from "./testing.ts";

const web = (name: string, text: string) => `kubectl create deployment ${name} --image=hashicorp/http-echo -- /http-echo -text=${text}
kubectl expose deployment ${name} --port=80 --target-port=5678 >/dev/null`;

it("routes what Ingresses say, tells their address, and follows every change", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`kubectl create namespace frontend; kubectl config set-context --current --namespace=frontend
${web("landing", "landed")}
kubectl patch service landing -p '{"spec":{"ports":[{"port":80,"name":"http","targetPort":5678}]}}'
kubectl wait --for=condition=Available deployment/landing --timeout=120s
kubectl -n ingress-nginx wait --for=condition=Available deployment/ingress-nginx-controller --timeout=120s
cat <<E | kubectl apply -f -
kind: Ingress
apiVersion: networking.k8s.io/v1
metadata:
  name: landing
  namespace: frontend
spec:
  rules:
    - host: brutal.systems
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: landing, port: { name: http } } }
E`);
  await c.advance(70);
  const ip = await c.sh("kubectl -n ingress-nginx get service ingress-nginx-controller -o jsonpath='{.status.loadBalancer.ingress[0].ip}'");
  expect(await c.sh(`curl -s -H 'Host: brutal.systems' http://${ip}/any; curl -s -o /dev/null -w '%{http_code}' http://${ip}/`)).toBe(
    "landed\n404",
  );
  expect((await c.sh("kubectl get ingress landing --no-headers")).split(/ {2,}/).slice(0, 5)).toEqual([
    "landing",
    "<none>",
    "brutal.systems",
    ip,
    "80",
  ]);
  expect(
    await c.sh(
      "kubectl get events --field-selector involvedObject.kind=Ingress -o custom-columns=:.type,:.reason,:.source.component,:.message",
    ),
  ).toMatch(/Normal +Sync +nginx-ingress-controller +Scheduled for sync/);
  await c.sh("kubectl scale deployment landing --replicas=0; sleep 8");
  expect(await c.sh(`curl -s -o /dev/null -w '%{http_code}' -H 'Host: brutal.systems' http://${ip}/`)).toBe("503");
  await c.sh("kubectl delete ingress landing; sleep 8");
  expect(await c.sh(`curl -s -o /dev/null -w '%{http_code}' -H 'Host: brutal.systems' http://${ip}/`)).toBe("404");
  const logs = await c.sh("kubectl -n ingress-nginx logs deployment/ingress-nginx-controller");
  expect(logs).toMatch(/"Backend successfully reloaded"/);
  expect(logs).toMatch(
    /"GET \/any HTTP\/1\.1" 200 7 "-" "curl\/[\d.]+" \d+ 0\.\d{3} \[frontend-landing-http\] \[\] 10\.244\.\d+\.\d+:5678 7 0\.\d{3} 200 [0-9a-f]{32}\n/,
  );
});

const NGINX = "kubectl -n ingress-nginx wait --for=condition=Available deployment/ingress-nginx-controller --timeout=120s >/dev/null";
const ADDRESS = "203.0.113.200";

it("rewrites, redirects, shares with a canary, and goes on after a reload", async () => {
  const storage = new MemoryStorage();
  const first = await testCluster({ nodes: 1, storage });
  await first.sh(`${web("v1", "one")}
${web("v2", "two")}
kubectl wait --for=condition=Available deployment --all --timeout=120s
${NGINX}
kubectl create ingress main --class=nginx --rule='shop.test/*=v1:80'
kubectl create ingress canary --class=nginx --rule='shop.test/*=v2:80' --annotation nginx.ingress.kubernetes.io/canary=true --annotation nginx.ingress.kubernetes.io/canary-by-header=X-Try
kubectl create ingress old --class=nginx --rule='old.test/*=v1:80' --annotation nginx.ingress.kubernetes.io/permanent-redirect=http://shop.test
kubectl create ingress api --class=nginx --rule='api.test/v1(/|$)(.*)=v1:80' --annotation nginx.ingress.kubernetes.io/rewrite-target='/$2'
kubectl create ingress other --class=traefik --rule='other.test/*=v1:80'; sleep 12`);
  const ask = (c: typeof first, host: string, more = "", path = "/") =>
    c.sh(`curl -s ${more} -H 'Host: ${host}' -w ' %{http_code}' http://${ADDRESS}${path}`);
  expect(await ask(first, "shop.test")).toBe("one\n 200");
  expect(await ask(first, "shop.test", "-H 'X-Try: always'")).toBe("two\n 200");
  expect(await ask(first, "old.test", "-o /dev/null")).toBe(" 301");
  expect(await ask(first, "api.test", "", "/v1/health")).toBe('{"status":"ok"}\n 200');
  expect(await ask(first, "other.test", "-o /dev/null")).toBe(" 404");
  const lines = "kubectl -n ingress-nginx logs deployment/ingress-nginx-controller | grep -vc GET";
  const before = await first.sh(lines);
  await first.flush();
  first.stop();
  const second = await testCluster({ nodes: 1, storage });
  await second.advance(5);
  expect(await ask(second, "shop.test", "-H 'X-Try: never'")).toBe("one\n 200");
  expect(await second.sh(lines)).toBe(before);
  expect(await second.sh(lines)).toBe(before);
  expect(await second.sh("kubectl get pods -A -o jsonpath='{.items[*].status.containerStatuses[0].restartCount}'")).toMatch(/^[0 ]+$/);
  await second.sh("kubectl -n ingress-nginx scale deployment ingress-nginx-controller --replicas=0; sleep 30");
  expect(await second.sh("kubectl -n ingress-nginx get pods")).toBe("No resources found in ingress-nginx namespace.");
  second.stop();
});
