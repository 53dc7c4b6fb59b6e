import { header } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { apacheNotFound, apachePhp, phpPage } from "../php-apache.ts";
import { askDatabase } from "./database.ts";

const APACHE = "2.4.65";
const PHP = "8.3.26";
const VARIABLES = ["WORDPRESS_DB_HOST", "WORDPRESS_DB_NAME", "WORDPRESS_DB_PASSWORD", "WORDPRESS_DB_USER", "WORDPRESS_TABLE_PREFIX"];

/** WordPress as far as its installer's first page: what it needs of its database is asked of it for each request. */
export const wordpress: Program = async (proc) => {
  if (proc.argv[1] !== undefined && !proc.argv[1].startsWith("apache2")) return proc.exec(proc.argv.slice(1));
  if (proc.restored === undefined) {
    await proc.stderr.write(
      "WordPress not found in /var/www/html - copying now...\nComplete! WordPress has been successfully copied to /var/www/html\n",
    );
    const given = VARIABLES.filter((name) => proc.env[name] !== undefined || proc.env[`${name}_FILE`] !== undefined);
    if (given.length > 0)
      await proc.stderr.write(
        `No 'wp-config.php' found in /var/www/html, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php' (${given.join(" ")})\n`,
      );
  }
  return apachePhp(proc, { apache: APACHE, php: PHP }, async (request) => {
    const host = header(request.headers, "host") ?? "";
    if (request.path === "/readme.html" || request.path === "/license.txt")
      return { status: 501, body: `wordpress: ${request.path} is not simulated by Timonel\n` };
    if (!/^\/($|index\.php$|wp-login\.php$|wp-admin\/)/.test(request.path)) return apacheNotFound(APACHE, host.replace(/:\d+$/, ""));
    await proc.cpu(40);
    const state = await askDatabase(proc, settings(proc));
    if (state === "unreachable") return phpPage(PHP, 500, died("<h1>Error establishing a database connection</h1>", "Database Error"));
    if (state === "no-schema") return phpPage(PHP, 500, died("<h1>Cannot select database</h1>", "WordPress &rsaquo; Error"));
    if (state === "filled") return phpPage(PHP, 501, "wordpress: a site that is installed is not simulated by Timonel\n");
    if (request.path !== "/wp-admin/install.php") {
      const page = phpPage(PHP, 302, "");
      return {
        ...page,
        headers: [...(page.headers ?? []), ["Location", `http://${host}/wp-admin/install.php`], ["X-Redirect-By", "WordPress"]],
      };
    }
    if (request.method === "POST") return phpPage(PHP, 501, "wordpress: its installation is not simulated by Timonel\n");
    return phpPage(PHP, 200, INSTALLER);
  });
};

/** A variable, or what the file that <NAME>_FILE tells of holds. */
function variable({ env, fs }: ProcessContext, name: string, otherwise: string): string {
  const file = env[`${name}_FILE`];
  return env[name] ?? (file !== undefined && fs.exists(file) ? fs.readText(file).trimEnd() : otherwise);
}

function settings(proc: ProcessContext) {
  const [host = "mysql", port = "3306"] = variable(proc, "WORDPRESS_DB_HOST", "mysql").split(":");
  return {
    host,
    port: Number(port),
    user: variable(proc, "WORDPRESS_DB_USER", "example username"),
    password: variable(proc, "WORDPRESS_DB_PASSWORD", "example password"),
    schema: variable(proc, "WORDPRESS_DB_NAME", "wordpress"),
    table: `${variable(proc, "WORDPRESS_TABLE_PREFIX", "wp_").replace(/\W/g, "")}options`,
  };
}

const died = (body: string, title: string): string =>
  `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n\t<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n\t<title>${title}</title>\n</head>\n<body id="error-page">\n\t<div class="wp-die-message">${body}</div></body>\n</html>\n`;

const INSTALLER = `<!DOCTYPE html>
<html lang="en-US" xml:lang="en-US">
<head>
	<meta name="viewport" content="width=device-width" />
	<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
	<meta name="robots" content="noindex,nofollow" />
	<title>WordPress &rsaquo; Installation</title>
</head>
<body class="wp-core-ui language-chooser">
<p id="logo">WordPress</p>
<h1>Welcome</h1>
<p>Welcome to the famous five-minute WordPress installation process! Just fill in the information below and you&#8217;ll be on your way to using the most extendable and powerful personal publishing platform in the world.</p>
<form id="setup" method="post" action="install.php?step=2">
	<p>Site Title <input name="weblog_title" type="text" id="weblog_title" /></p>
	<p>Username <input name="user_name" type="text" id="user_login" /></p>
	<p><input type="submit" name="Submit" id="submit" value="Install WordPress" /></p>
</form>
</body>
</html>
`;
