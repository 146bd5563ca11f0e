using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using Vantage.Support;
using static Microsoft.Playwright.Assertions;

namespace Vantage.Wallboard.Tests;

public sealed class SetupTests(WallFixture fixture)
{
    [Fact(DisplayName = "A table in GBK is checked first: what is wrong is told by line and column in Chinese, and what is good is taken once it is confirmed")]
    public async Task Import()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await using var desk = await fixture.OpenAsync();
        await desk.GoAsync("setup/#import");
        await EnterAsTechnicalSupportAsync(desk);
        const string Table = "类型,警号,姓名,中队,备注\r\n队员,导入一,赵一,,\r\n船,导入二,钱二,,\r\n队员,,孙三,,\r\n队员,导入一,李四,,\r\n执法车,导入五,沪A导入,,\r\n";
        await DropAsync(desk, "名册.csv", CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes(Table));

        await Expect(desk.Locator(".import-figures")).ToHaveTextAsync("总行数5新增2修改0不变0有误3");
        await Expect(desk.Locator(".import-errors tbody tr")).ToHaveTextAsync(["3类型不认识“船”", "4编号未填写", "5编号与第 2 行重复"]);
        await Expect(desk.Locator(".import")).ToContainTextAsync("未使用的列：备注");
        Assert.DoesNotContain(await admin.ListAsync("/api/units"), unit => ((string)unit["key"]!).StartsWith("导入", StringComparison.Ordinal));

        await desk.Locator(".import-confirm", "只导入无误的 2 行").ClickAsync();
        await Expect(desk.Locator(".setup-message", "导入完成：新增 2，修改 0")).ToBeVisibleAsync();
        Assert.Equal(2, (await admin.ListAsync("/api/units")).Count(unit => ((string)unit["key"]!).StartsWith("导入", StringComparison.Ordinal)));

        await DropAsync(desk, "名册.csv", Encoding.UTF8.GetBytes("类型,警号,姓名\n队员,导入一,赵一\n"));
        await Expect(desk.Locator(".setup-message", "文件与现有数据一致")).ToBeVisibleAsync();
        await DropAsync(desk, "名册.xlsx", [0x50, 0x4B, 3, 4]);
        await Expect(desk.Locator(".setup-message", "请先在 Excel 中另存为 CSV")).ToBeVisibleAsync();
        await DropAsync(desk, "名册.csv", Encoding.UTF8.GetBytes("编号,备注\n1,x\n"));
        await Expect(desk.Locator(".setup-message", "缺少或重复的列：名称")).ToBeVisibleAsync();
        desk.AssertNoErrors();
    }

    [Fact(DisplayName = "Where the host has the city's grid an import may be in its metres, and nobody else's wall offers it")]
    public async Task CityGrid()
    {
        const string Wkt = """PROJCS["示例城市2000",GEOGCS["CGCS2000",DATUM["CGCS2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",121.4],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]""";
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["city.prj"], Wkt);
        await using var host = new HostProcess("--city-grid", folder["city.prj"]);
        await host.StartAsync();
        using var admin = await WallApi.SignInAsync(host.Address, "admin", HostProcess.AdminPassword);
        await using var desk = await fixture.OpenAtAsync(host.Address, sharp: true);
        await desk.SignInAsync("admin", HostProcess.AdminPassword);
        await desk.GoAsync("setup/#import");
        await desk.Locator(".import button", "探头").ClickAsync();
        var system = desk.Locator(".import select[name=crs]");
        await Expect(system.Locator("option").Last).ToHaveTextAsync("城市坐标系（示例城市2000，单位米）");
        await DropAsync(desk, "探头.csv", Encoding.UTF8.GetBytes("编号,名称,经度,纬度\r\n1,路口,0,3454641\r\n"));
        await Expect(desk.Locator(".import-figures")).ToContainTextAsync("有误1");
        await system.SelectOptionAsync("city");
        await Expect(desk.Locator(".import-figures")).ToContainTextAsync("有误0");
        await Expect(desk.Locator(".import .setup-hint").First).ToContainTextAsync("纬度列填北坐标（纵）");
        await desk.ShootAsync("import-city-grid");
        await desk.Locator(".import-confirm", "导入").ClickAsync();
        await Expect(desk.Locator(".setup-message", "导入完成：新增 1")).ToBeVisibleAsync();
        var camera = await admin.GetAsync("/api/cameras/1");
        Assert.Equal(121.4, (double)camera["lon"]!, 1e-6);
        Assert.InRange((double)camera["lat"]!, 31.2, 31.22);
        desk.AssertNoErrors();

        await using var other = await fixture.OpenAsync();
        await other.GoAsync("setup/#import");
        await EnterAsTechnicalSupportAsync(other);
        await other.Locator(".import button", "探头").ClickAsync();
        await Expect(other.Locator(".import select[name=crs] option")).ToHaveCountAsync(4);
    }

    [Fact(DisplayName = "A terminal that nobody registered appears by itself, is claimed for a new unit or for one that there is, and is then gone from the list")]
    public async Task Adoption()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await admin.PutAsync("/api/units/officer/待认领一", new { name = "周五" });
        await using var desk = await fixture.OpenAsync();
        await desk.GoAsync("setup/#unclaimed");
        await EnterAsTechnicalSupportAsync(desk);
        await Expect(desk.Locator(".unclaimed")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.NotFound, await KnockAsync("new-phone-1"));
        await KnockAsync("new-phone-2");
        await KnockAsync("new-phone-3");
        var row = desk.Locator(".unclaimed-row", "new-phone-1");
        await Expect(row).ToContainTextAsync("手机定位");
        await Expect(row).ToContainTextAsync("经度 121.40000，纬度 31.20000");

        await ClaimAsync(row, "", "");
        await Expect(row.Locator(".setup-message")).ToHaveTextAsync("请填写编号和名称");
        await FillAsync(row, "待认领一", "吴六");
        await Expect(row.Locator(".setup-message")).ToContainTextAsync("这个编号已登记为「周五」");
        await row.Locator("button", new() { HasText = "认领给「周五」" }).ClickAsync();
        await Expect(desk.Locator(".setup-message", "已认领为「周五」")).ToBeVisibleAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.OK, await KnockAsync("new-phone-1"));

        var second = desk.Locator(".unclaimed-row", "new-phone-2");
        await ClaimAsync(second, "待认领二", "郑七");
        await Expect(desk.Locator(".setup-message", "已认领为「郑七」")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.OK, await KnockAsync("new-phone-2"));

        var third = desk.Locator(".unclaimed-row", "new-phone-3");
        await third.Locator("button", new() { HasText = "忽略" }).ClickAsync();
        await Expect(third).ToHaveCountAsync(0);
        desk.AssertNoErrors();
    }

    [Fact(DisplayName = "A vehicle's terminal that introduced itself by its plate is claimed in one tap: for a new vehicle, and its replacement for the same one")]
    public async Task OneTap()
    {
        using var admin = await fixture.AdminAfterStartAsync();
        await using var desk = await fixture.OpenAsync();
        await desk.GoAsync("setup/#unclaimed");
        await EnterAsTechnicalSupportAsync(desk);
        await IntroduceAsync("13988800001", "沪AT0001");
        await desk.Locator(".unclaimed-row", "13988800001").Locator("button", new() { HasText = "认领为新车辆 沪A·T0001" }).ClickAsync();
        await Expect(desk.Locator(".setup-message", "已认领为「沪A·T0001」")).ToBeVisibleAsync();

        await IntroduceAsync("13988800002", "沪AT0001");
        var replacement = desk.Locator(".unclaimed-row", "13988800002");
        await Expect(replacement).ToContainTextAsync("车载终端 · 沪A·T0001");
        await replacement.Locator("button", new() { HasText = "认领为「沪A·T0001」" }).ClickAsync();
        await Expect(replacement).ToHaveCountAsync(0);
        var vehicle = await admin.GetAsync("/api/units/vehicle/沪AT0001");
        Assert.Equal(["13988800001", "13988800002"], vehicle["devices"]!.AsArray().Select(device => (string)device!["key"]!));
        desk.AssertNoErrors();
    }

    /// <summary>Registers as a terminal of JT/T 808-2013 does, and is refused.</summary>
    private async Task IntroduceAsync(string number, string plate)
    {
        byte[] name = CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes(plate);
        byte[] body = [0, 31, 0, 105, .. new byte[5 + 20 + 7], 1, .. name];
        byte[] content = [1, 0, 0, (byte)body.Length, .. Convert.FromHexString(number.PadLeft(12, '0')), 0, 0, .. body];
        byte[] whole = [.. content, content.Aggregate((byte)0, (sum, each) => (byte)(sum ^ each))];
        byte[] frame = [0x7E, .. whole.SelectMany(each => each switch { 0x7E => [0x7D, 2], 0x7D => [0x7D, 1], _ => new[] { each } }), 0x7E];
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, fixture.Jt808Port);
        await socket.GetStream().WriteAsync(frame);
        Assert.True(await socket.GetStream().ReadAsync(new byte[100]) > 0, "The host did not answer.");
    }

    private static async Task EnterAsTechnicalSupportAsync(WallPage desk) => await desk.Locator(".sign-in-posts button", "技术支持").ClickAsync();

    private static Task DropAsync(WallPage desk, string name, byte[] bytes)
        => desk.Locator(".import input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "", Buffer = bytes });

    private static async Task ClaimAsync(ILocator row, string key, string name)
    {
        await row.Locator("button", new() { HasText = "认领给…" }).ClickAsync();
        await FillAsync(row, key, name);
    }

    private static async Task FillAsync(ILocator row, string key, string name)
    {
        await row.Locator("input[name=key]").FillAsync(key);
        await row.Locator("input[name=name]").FillAsync(name);
        await row.Locator("button[type=submit]").ClickAsync();
    }

    private async Task<HttpStatusCode> KnockAsync(string phone)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = fixture.Address };
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var answer = await http.GetAsync(new Uri($"/osmand?id={phone}&lat=31.2&lon=121.4&timestamp={time}", UriKind.Relative));
        return answer.StatusCode;
    }
}
