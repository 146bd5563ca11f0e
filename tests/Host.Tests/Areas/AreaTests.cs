using System.Net;
using System.Text;

namespace Vantage.Host.Tests.Areas;

public sealed class AreaTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Square = "[[[121.40,31.20],[121.42,31.20],[121.42,31.24],[121.40,31.24],[121.40,31.20]]]";

    [Fact(DisplayName = "Areas are imported, given back in any coordinate system, and replaced as a whole by the next import")]
    public async Task Imported()
    {
        using var admin = await shared.Host.SignedInAsync();
        var imported = await (await ImportAsync(admin, "street", Feature("b", "乙"), Feature("a", "甲"))).JsonAsync();
        Assert.Equal(2, (int)imported["imported"]!);

        var areas = await (await admin.GetAsync("/api/areas/street")).JsonAsync();
        Assert.Equal(["a", "b"], areas["features"]!.AsArray().Select(area => (string)area!["properties"]!["key"]!));
        Assert.Equal("甲", (string)areas["features"]![0]!["properties"]!["name"]!);
        Assert.Equal(121.40, (double)areas["features"]![0]!["geometry"]!["coordinates"]![0]![0]![0]!);

        // What was given in GCJ-02 may be put again as such, and is where it was.
        using var moved = new StringContent(await admin.GetStringAsync("/api/areas/street?crs=gcj02"), Encoding.UTF8, "application/geo+json");
        (await admin.PostAsync("/api/areas/street/import?crs=gcj02", moved)).EnsureSuccessStatusCode();
        areas = await (await admin.GetAsync("/api/areas/street")).JsonAsync();
        Assert.Equal(121.40, (double)areas["features"]![1]!["geometry"]!["coordinates"]![0]![0]![0]!, 6);

        (await ImportAsync(admin, "street")).EnsureSuccessStatusCode();
        Assert.Empty((await (await admin.GetAsync("/api/areas/street")).JsonAsync())["features"]!.AsArray());
    }

    [Fact(DisplayName = "An import names everything that is wrong with it, and then changes nothing")]
    public async Task Refused()
    {
        using var admin = await shared.Host.SignedInAsync();
        (await ImportAsync(admin, "squad", Feature("kept", "留"))).EnsureSuccessStatusCode();

        var problem = await (await ImportAsync(
            admin,
            "squad",
            Feature("a", "甲"),
            Feature("a", "又"),
            Feature("", "空"),
            Feature("c/d", "x"),
            """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.4,31.2]},"properties":{"key":"e","name":"点"}}""",
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.4,31.2],[121.5,31.3]]]},"properties":{"key":"f"}}""",
            "7")).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal(
            [
                "features[1].properties.key", "features[2].properties.key", "features[3].properties.key", "features[4].geometry.type",
                "features[5].geometry.coordinates[0]", "features[5].properties.name", "features[6].geometry.type", "features[6].properties",
            ],
            problem.ErrorFields().Where(field => !field.StartsWith("features[6].properties.", StringComparison.Ordinal)));
        var areas = await (await admin.GetAsync("/api/areas/squad")).JsonAsync();
        Assert.Equal("kept", (string)Assert.Single(areas["features"]!.AsArray())!["properties"]!["key"]!);
        using var none = new StringContent("[]", Encoding.UTF8, "application/json");
        await (await admin.PostAsync("/api/areas/squad/import", none)).ProblemAsync(HttpStatusCode.BadRequest);
    }

    private static string Feature(string key, string name)
        => $$$"""{"type":"Feature","geometry":{"type":"Polygon","coordinates":{{{Square}}}},"properties":{"key":"{{{key}}}","name":"{{{name}}}"}}""";

    private static async Task<HttpResponseMessage> ImportAsync(HttpClient client, string layer, params string[] features)
    {
        using var content = new StringContent($$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""", Encoding.UTF8, "application/json");
        return await client.PostAsync($"/api/areas/{layer}/import", content);
    }
}
