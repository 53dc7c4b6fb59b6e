import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("copies folders into a container and back, and forwards a port until the pod refuses", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh("kubectl run web --image=nginx:1.27 && kubectl wait --for=condition=Ready pod/web --timeout=60s && sleep 2");
  await c.sh("mkdir -p site/sub && echo hello > site/index.html && echo deep > site/sub/page.html");
  expect(await c.sh("kubectl cp site/. web:/usr/share/nginx/html && kubectl exec web -- cat /usr/share/nginx/html/sub/page.html")).toBe(
    "deep",
  );
  expect(await c.sh("kubectl cp web:/usr/share/nginx/html/sub back 2>/dev/null >/dev/null && cat back/page.html")).toBe("deep");
  const forwarding = (ports: string, path: string): string =>
    `kubectl port-forward pod/web ${ports} > said 2>&1 & P=$!; sleep 1; curl -s http://127.0.0.1:${ports.split(":")[0]}${path}; echo $?; sleep 1; kill $P 2>/dev/null; cat said`;
  expect(await c.sh(forwarding("9080:80", "/index.html"))).toBe(
    "hello\n0\nForwarding from 127.0.0.1:9080 -> 80\nForwarding from [::1]:9080 -> 80\nHandling connection for 9080",
  );
  expect(await c.sh(forwarding("9081:81", "/"))).toMatch(
    /^52\n[\s\S]*IPv4: dial tcp4 127.0.0.1:81: connect: connection refused[\s\S]*\nerror: lost connection to pod$/,
  );
});
