// Drawing pages on canvases, turned as chosen. Canvases need no blob: address, so the content
// security policy stays strict; files of types that browsers can't draw are shown by the server's
// preview once they are there, until then by their kind.
const drawable = ["image/jpeg", "image/png"];

function loaded(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}

async function pictureOf(page, width, previewUrl) {
  if (page.file && drawable.includes(page.file.type)) {
    const whole = await createImageBitmap(page.file);
    if (whole.width <= width * 1.5) return whole;
    const small = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: Math.round((whole.height * width) / whole.width), resizeQuality: "high" });
    whole.close();
    return small;
  }
  if (previewUrl && page.upload && page.state === "done") return loaded(previewUrl.replace("{upload}", encodeURIComponent(page.upload)));
  return null;
}

// Returns a canvas with the page at most `width` pixels wide, or null when it can't be drawn (yet).
export async function draw(page, width, previewUrl) {
  let picture;
  try {
    picture = await pictureOf(page, width, previewUrl);
  } catch {
    return null;
  }
  if (!picture) return null;
  const [w, h] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  const scale = Math.min(1, width / w);
  const canvas = document.createElement("canvas");
  const lying = page.rotation % 180 !== 0;
  canvas.width = Math.round((lying ? h : w) * scale);
  canvas.height = Math.round((lying ? w : h) * scale);
  const pen = canvas.getContext("2d");
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((page.rotation * Math.PI) / 180);
  pen.drawImage(picture, (-w * scale) / 2, (-h * scale) / 2, w * scale, h * scale);
  picture.close?.();
  return canvas;
}

// What a file says it is by its first bytes; the server looks again.
export async function kindOf(file) {
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  const starts = (...bytes) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x25, 0x50, 0x44, 0x46)) return "application/pdf";
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a) || starts(0x49, 0x49, 0x2b, 0) || starts(0x4d, 0x4d, 0, 0x2b)) return "image/tiff";
  return "";
}
