import { expect, it } from "vitest";
import { parse } from "yaml";
import { kubeconfigText, workstationImage } from "./index.ts";

it("brings a kubeconfig that names the cluster, and kubectl on the path", () => {
  const settings = { context: "timonel", cluster: "timonel", user: "admin", server: "https://127.0.0.1:6443", credentials: { token: "t" } };
  const image = workstationImage(kubeconfigText(settings), { "/bin/bash": { program: "bash" } });
  const { text } = image["/home/learner/.kube/config"] as { text: string };
  expect(parse(text)).toMatchObject({
    "current-context": "timonel",
    clusters: [{ cluster: { server: "https://127.0.0.1:6443" } }],
    users: [{ user: { token: "t" } }],
  });
  expect(image["/usr/local/bin/kubectl"]).toEqual({ program: "kubectl", mode: 0o755 });
  expect(image["/bin/bash"]).toEqual({ program: "bash" });
});
