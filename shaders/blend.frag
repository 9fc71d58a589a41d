#version 330 core
// x-space sweep: tile k of the target is (1 - alpha_k) a + alpha_k b, alpha_k from `range.x` to `range.y` in `count`
// equal steps. Outside 0 .. 1 this extrapolates; the target's 8 bits clamp, as an exported picture does.
uniform sampler2D picture_a;
uniform sampler2D picture_b;
uniform ivec2 corner_a;   // top left pixel of the picture in its texture
uniform ivec2 corner_b;
uniform ivec2 size;       // of one picture
uniform int columns;
uniform int count;
uniform vec2 range;

out vec4 colour;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 tile = at / size;
    ivec2 pixel = at - tile * size;
    int index = tile.y * columns + tile.x;
    float alpha = count > 1 ? mix(range.x, range.y, float(index) / float(count - 1)) : range.x;
    vec3 a = texelFetch(picture_a, corner_a + pixel, 0).rgb;
    vec3 b = texelFetch(picture_b, corner_b + pixel, 0).rgb;
    colour = vec4(clamp((1.0 - alpha) * a + alpha * b, 0.0, 1.0), 1.0);
}
