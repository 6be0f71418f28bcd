// Uploads a file with tus-js-client, which nobody here wrote: endpoint, file, token, digest.
import { createReadStream, statSync } from "node:fs";
import { Upload } from "tus-js-client";

const [, , endpoint, path, token, sha256] = process.argv;
let tries = 0;
const upload = new Upload(createReadStream(path), {
  endpoint,
  uploadSize: statSync(path).size,
  chunkSize: 128 * 1024,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { sha256 },
  retryDelays: Array(60).fill(50),
  onShouldRetry: () => {
    tries += 1;
    return true;
  },
  onError: (error) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  },
  onSuccess: () => process.stdout.write(JSON.stringify({ url: upload.url, tries })),
});
upload.start();
