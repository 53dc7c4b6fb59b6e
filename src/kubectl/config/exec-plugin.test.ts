import { expect, it } from "vitest";
import { fakeShell } from "../testing/fake.ts";

const CONFIG = "/home/learner/.kube/config";

it("runs no program that the preferences forbid, and none that there is not", async () => {
  const { kubectl, stored } = fakeShell();
  stored.set(
    CONFIG,
    (stored.get(CONFIG) ?? "").replace(
      /user: \{[^}]*\}(?=\n|$)/,
      "user: {exec: {command: login, apiVersion: client.authentication.k8s.io/v1}}",
    ),
  );
  const told = async (): Promise<string> => (await kubectl("get pods")).err.split("\n").filter((l) => !/^[EWI]\d{4} /.test(l))[0] ?? "";
  expect(await told()).toBe("Unable to connect to the server: getting credentials: exec: executable login not found");
  stored.set(
    "/home/learner/.kube/kuberc",
    "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n",
  );
  expect(await told()).toBe('Unable to connect to the server: getting credentials: plugin "login" not allowed: policy set to "DenyAll"');
});
