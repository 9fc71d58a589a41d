#version 330 core
// gain * |z picture - x picture|, the x picture blended from a and b at alpha.
uniform sampler2D picture_z;
uniform sampler2D picture_a;
uniform sampler2D picture_b;
uniform ivec2 corner_z;
uniform ivec2 corner_a;
uniform ivec2 corner_b;
uniform float alpha;
uniform float gain;

out vec4 colour;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec3 z = texelFetch(picture_z, corner_z + pixel, 0).rgb;
    vec3 a = texelFetch(picture_a, corner_a + pixel, 0).rgb;
    vec3 b = texelFetch(picture_b, corner_b + pixel, 0).rgb;
    vec3 x = clamp((1.0 - alpha) * a + alpha * b, 0.0, 1.0);
    colour = vec4(clamp(gain * abs(z - x), 0.0, 1.0), 1.0);
}
