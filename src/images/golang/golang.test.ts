import { expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

it("go tells what it is, and refuses to compile by name", async () => {
  const { exec } = await computer().run("golang:1.22-alpine", { command: ["sleep", "1000"] });
  expect(await exec("go", "version")).toEqual({ code: 0, out: "go version go1.22.12 linux/amd64\n", err: "" });
  expect((await exec("go", "env", "GOPATH", "GOOS")).out).toBe("/go\nlinux\n");
  expect(await exec("go", "build", ".")).toEqual({
    code: 1,
    out: "",
    err: "go: go build is not simulated in Timonel: there is no compiler in this image\n",
  });
});
