import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("what is built from a Dockerfile and pushed runs in the cluster", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.sh(`mkdir -p app/site && cd app && echo '<h1>ours</h1>' > site/index.html && echo secret > .env && echo .env > .dockerignore
cat > Dockerfile <<'END'
ARG BASE=busybox:1.36
FROM $BASE AS builder
ARG VERSION=1
RUN mkdir /out && echo "version $VERSION" > /out/version && echo built
FROM busybox:1.36
LABEL org.opencontainers.image.title="our site"
ENV GREETING="hello there"
WORKDIR /srv
COPY --from=builder /out/version .
COPY . ./
RUN adduser -D web 2>/dev/null || true; ls -A > listing
EXPOSE 8080
USER 1000
CMD echo "$GREETING from $(cat version)"; cat listing; sleep 3600
END`);
  const built = await c.sh("cd app && docker build -t my-registry.io/team/site:v1 --build-arg VERSION=7 . 2>&1");
  expect(
    built
      .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<id>")
      .replaceAll(/\d+\.\d+s/g, "<t>s")
      .replaceAll(/#(\d+) \d+\.\d{3} /g, "#$1 <t> "),
  ).toBe(
    `#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 424B done
#1 DONE <t>s

#2 [internal] load metadata for busybox:1.36
#2 DONE <t>s

#3 [builder 1/2] FROM docker.io/library/busybox:1.36@sha256:<id>
#3 DONE <t>s

#4 [builder 2/2] RUN mkdir /out && echo "version $VERSION" > /out/version && echo built
#4 <t> built
#4 DONE <t>s

#5 [internal] load metadata for busybox:1.36
#5 DONE <t>s

#6 [stage-1 1/5] FROM docker.io/library/busybox:1.36@sha256:<id>
#6 DONE <t>s

#7 [stage-1 2/5] WORKDIR /srv
#7 DONE <t>s

#8 [stage-1 3/5] COPY --from=builder /out/version .
#8 DONE <t>s

#9 [internal] load .dockerignore
#9 DONE <t>s

#10 [internal] load build context
#10 transferring context: 443B done
#10 DONE <t>s

#11 [stage-1 4/5] COPY . ./
#11 DONE <t>s

#12 [stage-1 5/5] RUN adduser -D web 2>/dev/null || true; ls -A > listing
#12 DONE <t>s

#13 exporting to image
#13 exporting layers done
#13 writing image sha256:<id> done
#13 naming to my-registry.io/team/site:v1 done
#13 DONE <t>s`,
  );
  expect(await c.sh("docker images | tr -s ' ' | cut -d' ' -f1,2,4-")).toMatch(
    /^REPOSITORY TAG ID CREATED SIZE\nmy-registry.io\/team\/site v1 Less than a second ago 2\.\d+MB$/,
  );
  expect(await c.sh("docker run --rm -e GREETING=hi my-registry.io/team/site:v1 sh -c 'echo $GREETING; cat listing; id -u; exit 3'")).toBe(
    "hi\n.dockerignore\nDockerfile\nlisting\nsite\nversion\n1000\n[3]",
  );
  expect(await c.sh("docker push my-registry.io/team/site:v1")).toBe(
    "The push refers to repository [my-registry.io/team/site]\npush access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials\n[1]",
  );
  expect(await c.sh("echo wonderland | docker login -u alice --password-stdin my-registry.io")).toBe("Login Succeeded");
  expect(await c.sh("docker push my-registry.io/team/site:v1 | tail -n 1")).toMatch(/^v1: digest: sha256:[0-9a-f]{64} size: \d+$/);
  await c.sh("kubectl create secret generic key --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=.docker/config.json");
  await c.sh(`kubectl run site --image=my-registry.io/team/site:v1 --overrides='{"spec":{"imagePullSecrets":[{"name":"key"}]}}'`);
  await c.advance(5);
  expect(await c.sh("kubectl logs site")).toBe("hello there from version 7\n.dockerignore\nDockerfile\nlisting\nsite\nversion");
  const pushed = await c.sh("docker push my-registry.io/team/site:v1 | tail -n 1 | grep -o 'sha256:[0-9a-f]*'");
  expect(await c.sh("kubectl get pod site -o jsonpath={.status.containerStatuses[0].imageID}")).toBe(`my-registry.io/team/site@${pushed}`);
}, 60_000);

it("what cannot be built, found or run is refused in docker's words", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.sh("printf 'FROM busybox:1.36\\nRUN echo trying; exit 4\\nCMD x\\n' > Dockerfile");
  expect(await c.sh("docker build . 2>&1 | tail -n 13 | sed 's/ [0-9.]* trying/ trying/; s/^[0-9.]* trying/trying/'")).toBe(
    `#4 ERROR: process "/bin/sh -c echo trying; exit 4" did not complete successfully: exit code: 4
------
 > [2/2] RUN echo trying; exit 4:
trying
------
Dockerfile:2
--------------------
   1 |     FROM busybox:1.36
   2 | >>> RUN echo trying; exit 4
   3 |     CMD x
   4 |     
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c echo trying; exit 4" did not complete successfully: exit code: 4`,
  );
  const last = (script: string): Promise<string> => c.sh(`${script} 2>&1 | tail -n 1`);
  await c.sh(
    "printf 'FROM nosuch/image\\n' > none; printf 'FROM busybox:1.36\\nCOPY none /nowhere /\\n' > copy; printf 'FORM x\\n' > typo",
  );
  expect(await last("docker build -f none .")).toBe(
    "ERROR: failed to build: failed to solve: nosuch/image: failed to resolve source metadata for nosuch/image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
  );
  expect(await last("docker build -f copy .")).toBe(
    'ERROR: failed to build: failed to solve: failed to calculate checksum of ref: "/nowhere": not found',
  );
  expect(await last("docker build -f typo .")).toBe(
    "ERROR: failed to build: failed to solve: dockerfile parse error on line 1: unknown instruction: FORM",
  );
  expect(await last("docker build -f missing .")).toBe(
    "ERROR: failed to build: failed to solve: failed to read dockerfile: open missing: no such file or directory",
  );
  expect(await c.sh("docker pull nginx:99")).toBe(
    'Error response from daemon: failed to resolve reference "docker.io/library/nginx:99": docker.io/library/nginx:99: not found\n[1]',
  );
  expect(
    await c.sh("docker pull busybox:1.36 | tail -n 2; docker tag busybox:1.36 mine; docker rmi mine; docker history busybox:1.36 | wc -l"),
  ).toBe("Status: Downloaded newer image for busybox:1.36\ndocker.io/library/busybox:1.36\nUntagged: mine:latest\n2");
  expect(await c.sh("docker run --rm busybox:1.36 nope")).toBe(
    "docker: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"nope\": executable file not found in $PATH: unknown\n\nRun 'docker run --help' for more information\n[127]",
  );
  expect(
    await c.sh(
      "docker run -d --name b busybox:1.36 sh -c 'echo up; sleep 100' | wc -c; docker ps | tail -n 1 | awk '{print $2, $NF}'; docker logs b; docker stop b; docker rm b",
    ),
  ).toBe("65\nbusybox:1.36 b\nup\nb\nb");
  expect(await c.sh("docker swarm init")).toBe("docker: swarm is not simulated yet in Timonel\n[1]");
  expect(await c.sh("docker inspect busybox:1.36 | jq -c '.[0] | [.RepoTags, .Config.Cmd]'")).toBe('[["busybox:1.36"],["sh"]]');
}, 60_000);

it("docker builds again what has changed, enters what runs and follows what it says", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.sh(
    `mkdir -p app && cd app && echo one > a && printf 'FROM busybox:1.36\\nWORKDIR /srv\\nRUN echo made > made\\nCOPY a .\\nRUN cat a made > both\\nCMD cat both; sleep 2; echo done\\n' > Dockerfile`,
  );
  const steps = (more = ""): Promise<string> =>
    c.sh(`cd app && docker build -t app ${more} . 2>&1 | grep -A1 '/5\\]' | grep -o 'CACHED\\|DONE\\|/5\\] [A-Z]*' | paste -sd ' '`);
  expect(await steps()).toBe("/5] FROM DONE /5] WORKDIR DONE /5] RUN /5] COPY DONE /5] RUN".replaceAll("/5] RUN", "/5] RUN DONE"));
  expect(await steps()).toBe("/5] FROM DONE /5] WORKDIR CACHED /5] RUN CACHED /5] COPY CACHED /5] RUN CACHED");
  await c.sh("echo two > app/a");
  expect(await steps()).toBe("/5] FROM DONE /5] WORKDIR CACHED /5] RUN CACHED /5] COPY DONE /5] RUN DONE");
  expect(await steps("--no-cache")).toBe("/5] FROM DONE /5] WORKDIR DONE /5] RUN DONE /5] COPY DONE /5] RUN DONE");
  expect(
    await c.sh(
      "docker run -d --name one app > /dev/null; docker exec one cat both; echo typed | docker exec -i one sh -c 'read x; echo got $x; exit 3'; echo $?; docker exec -it one sh; docker logs -f one; docker exec one true; docker run -i --rm busybox:1.36 sh -c 'cat; exit 4' <<< in; echo $?",
    ),
  ).toMatch(
    /^two\nmade\ngot typed\n3\ntwo\nmade\ndone\nin\n4\nthe input device is not a TTY\nError response from daemon: container [0-9a-f]+ is not running\nUnable to find image 'busybox:1.36' locally$/,
  );
});
