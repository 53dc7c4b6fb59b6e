import { expect, it } from "vitest";
import { parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;
it.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["hashicorp/http-echo:1.0", "docker.io/hashicorp/http-echo:1.0"],
  ["docker.io/busybox", "docker.io/library/busybox:latest"],
  ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"],
  ["localhost:5000/a/b", "localhost:5000/a/b:latest"],
  ["localhost/x", "localhost/x:latest"],
  [`nginx:1.25@${digest}`, `docker.io/library/nginx@${digest}`],
  ["Nginx", undefined],
  ["nginx:", undefined],
  ["", undefined],
  ["nginx@sha256:short", undefined],
])("%s is %s", (text, normalised) => expect(parseReference(text)?.normalised).toBe(normalised));
