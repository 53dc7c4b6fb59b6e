import { expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

it("php:apache serves files as Apache does, and says that it runs no scripts", async () => {
  const c = computer();
  const pod = await c.run(
    "web",
    "php:8.3-apache",
    {},
    { "/var/www/html": { name: "site", files: { "a.html": "<p>hi</p>\n", "x.php": "<?php echo 1;" } } },
  );
  await c.clock.advance(2000);
  const ask = (path: string): Promise<string> =>
    pod.sh(`curl -s -o /tmp/body -w '%{http_code} %{content_type}\\n' localhost/${path}; cat /tmp/body`);
  expect(await ask("a.html")).toBe("200 text/html\n<p>hi</p>\n");
  expect(await ask("")).toMatch(/^403 text\/html; charset=iso-8859-1\n[\s\S]*Apache\/2\.4\.65 \(Debian\) Server at localhost Port 80/);
  expect(await ask("nope")).toMatch(/^404 /);
  expect(await ask("x.php")).toBe("500 text/html; charset=UTF-8\n");
  expect(pod.log()).toContain("PHP's language is not simulated by Timonel: /var/www/html/x.php was not run\n");
  expect(pod.log()).toMatch(/Apache\/2\.4\.65 \(Debian\) PHP\/8\.3\.25 configured -- resuming normal operations\n/);
  expect(await pod.sh("php -v | head -1; php -r 'echo 1;'")).toBe(
    "PHP 8.3.25 (cli) (built: Sep 29 2025 22:06:10) (NTS)\nphp: PHP's language is not simulated by Timonel\n[255]",
  );
  await pod.stop();
  expect(pod.status()?.exitCode).toBe(0);
});
