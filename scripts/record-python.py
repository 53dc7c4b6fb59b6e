"""Records anew what CPython makes of the corpus's scripts: python3.12 scripts/record-python.py"""
import json, os, subprocess, sys, sysconfig

path = os.path.join(os.path.dirname(__file__), "../src/images/python/testing/corpus.json")
lib = os.path.dirname(sysconfig.get_paths()["stdlib"])
env = {"PATH": "/usr/bin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "TZ": "UTC"}
rows = json.load(open(path))
for row in rows:
    with open("/tmp/app.py", "w") as f:
        f.write(row["script"])
    done = subprocess.run([sys.executable, "-u", "/tmp/app.py"], capture_output=True, text=True, cwd="/tmp", env=env, stdin=subprocess.DEVNULL)
    told = [text.replace(lib, "/usr/local/lib") for text in (done.stdout, done.stderr)]
    row.update(code=done.returncode, out=told[0], err=told[1])
with open(path, "w") as f:
    json.dump(rows, f, indent=1, ensure_ascii=False)
    f.write("\n")
