using System.Net;
using System.Net.Http.Json;

namespace Vantage.Host.Tests.Incidents;

public sealed class WrongIncidentTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Theory(DisplayName = "What is wrong with a report, a dispatch or an action is named")]
    [InlineData("", """{"kind":"a","title":"x","lon":121,"lat":31,"colour":1}""", 400, "colour")]
    [InlineData("", """{"kind":"占道","title":"x","lon":121,"lat":31}""", 400, "kind")]
    [InlineData("", """{"kind":"a","lon":181,"lat":"x"}""", 400, "lat,lon,title")]
    [InlineData("", """{"kind":"a","title":"x","lon":121,"lat":31,"level":"high","picture":"javascript:alert(1)","occurredAt":"2999-01-01T00:00:00Z"}""", 400, "level,occurredAt,picture")]
    [InlineData("", """{"kind":"a","title":"x","lon":121,"lat":31,"key":"a/b"}""", 400, "key")]
    [InlineData("/none/dispatch", """{"units":["vehicle/v1"]}""", 404, "")]
    [InlineData("/KEY/dispatch", """{"units":[]}""", 400, "units")]
    [InlineData("/KEY/dispatch", """{"units":["vehicle/nobody"]}""", 400, "units")]
    [InlineData("/KEY/dispatch", """{"units":["vehicle/v1"],"versions":{"vehicle/v1":"x"}}""", 400, "versions.vehicle/v1")]
    [InlineData("/KEY/dispatch", """{"units":["vehicle/v1"],"versions":7,"confirm":"yes"}""", 400, "confirm,versions")]
    [InlineData("/KEY/actions/explode", "{}", 404, "")]
    [InlineData("/KEY/actions/accept", "{}", 400, "unit")]
    [InlineData("/KEY/actions/accept", """{"unit":"vehicle/v1"}""", 409, "")]
    [InlineData("/KEY/actions/accept", """{"unit":"vehicle/nobody"}""", 404, "")]
    [InlineData("/KEY/actions/note", "{}", 400, "note")]
    [InlineData("/none/actions/close", "{}", 404, "")]
    public async Task Wrong(string path, string body, int status, string fields)
    {
        using var admin = await shared.Host.SignedInAsync();
        (await admin.PutAsJsonAsync("/api/units/vehicle/v1", new { name = "天山1号车" })).EnsureSuccessStatusCode();
        var reported = await admin.PostAsJsonAsync("/api/incidents", new { kind = "street-vending", title = "占道设摊", lon = 121.4, lat = 31.2 });
        var key = (string)(await reported.JsonAsync())["key"]!;
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await (await admin.PostAsync("/api/incidents" + path.Replace("KEY", key, StringComparison.Ordinal), content)).ProblemAsync((HttpStatusCode)status);
        Assert.Equal(fields, string.Join(',', problem["errors"] is null ? [] : problem.ErrorFields()));
    }
}
