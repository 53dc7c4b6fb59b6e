import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("kubectl proxy passes on what curl asks, serves files, and turns away what it shall", async () => {
  const c = await testCluster();
  await c.sh("kubectl create cm a --from-literal=x=y; mkdir web; echo hi > web/f.txt");
  const lines = [
    "(kubectl proxy --port=8123 --www=web &) ; sleep 1",
    "curl -s localhost:8123/api/v1/namespaces/default/configmaps/a | grep '\"x\"'",
    "curl -s -o /dev/null -w '%{http_code} ' localhost:8123/api/v1/namespaces/default/pods/nope",
    "curl -s -o /dev/null -w '%{http_code} ' localhost:8123/api/v1/namespaces/default/pods/nope/exec",
    "curl -s -o /dev/null -w '%{http_code}\\n' -H 'Host: evil.example' localhost:8123/api",
    "curl -s localhost:8123/static/f.txt",
    `curl -s -XPATCH -H 'Content-Type: application/merge-patch+json' -d '{"data":{"x":"z"}}' localhost:8123/api/v1/namespaces/default/configmaps/a | grep '"x"'`,
    "kubectl get cm a -o jsonpath={.data.x}",
  ];
  expect(await c.sh(lines.join("; "))).toBe('Starting to serve on 127.0.0.1:8123\n    "x": "y"\n404 403 403\nhi\n    "x": "z"\nz');
});

it("a program on $PATH called kubectl-hello is kubectl's command", async () => {
  const c = await testCluster();
  await c.sh("mkdir -p ~/bin; printf '#!/bin/sh\\necho hi $1\\n' > ~/bin/kubectl-hello; chmod +x ~/bin/kubectl-hello");
  expect(await c.sh("PATH=$PATH:~/bin kubectl hello you; PATH=$PATH:~/bin kubectl plugin list 2>/dev/null")).toBe(
    "hi you\nThe following compatible plugins are available:\n\n/home/learner/bin/kubectl-hello",
  );
});
