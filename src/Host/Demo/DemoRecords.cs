using System.Globalization;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Simulator;

namespace Vantage.Host.Demo;

/// <summary>
/// What other systems would keep of the last weeks: three of the key matters, so that the theme layers have something. The same numbers say the same things at
/// every start, and those of days to come are made when they are reached.
/// </summary>
internal sealed class DemoRecords(IRecords records, DemoFleet fleet, TimeProvider time)
{
    private const int Days = 30;
    private const double Spread = 0.006;

    private static readonly (string System, string Kind, string[] Categories, int ADay)[] Matters =
    [
        (RecordSystems.Complaint, "12345热线", ["垃圾分类", "混装混运", "随意倾倒生活垃圾"], 6),
        (RecordSystems.Case, "行政处罚", ["渣土运输", "偷倒渣土", "车辆运输飞扬散落"], 3),
        (RecordSystems.Inspection, "现场督察", ["工地扬尘", "夜间施工", "工地围挡"], 4),
        (RecordSystems.Duty, "日常勤务", ["定点值守", "机动巡查", "专项整治"], 5),
        (RecordSystems.Linkage, "线索移交", ["房屋管理", "绿化市容", "市场监管"], 2), // S2-12
    ];

    private static readonly string[] States = ["办理中", "已办结", "已办结"];

    public async Task TellAsync(CancellationToken cancelled)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var told = Enumerable.Range(0, Days).SelectMany(ago => OfDay(today.AddDays(-ago))).Where(record => record.TimeMs <= time.GetUtcNow().ToUnixTimeMilliseconds());
        await records.SaveAsync([.. told], cancelled);
    }

    private IEnumerable<ExternalRecord> OfDay(DateOnly day)
    {
        foreach (var (system, kind, categories, aDay) in Matters)
        {
            for (var i = 0; i < aDay; i++)
            {
                var random = new Random((day.DayNumber * 1000) + (aDay * 100) + i);
                var camera = fleet.Cameras[random.Next(fleet.Cameras.Count)];
                var at = day.ToDateTime(new TimeOnly(random.Next(24), random.Next(60)), DateTimeKind.Utc);
                yield return new ExternalRecord
                {
                    System = system,
                    Number = string.Create(CultureInfo.InvariantCulture, $"演示-{day:yyyyMMdd}-{aDay}{i:00}"),
                    TimeMs = new DateTimeOffset(at).ToUnixTimeMilliseconds(),
                    Kind = kind,
                    Category = categories[random.Next(categories.Length)],
                    State = States[random.Next(States.Length)],
                    Place = ExternalRecord.OnGrid(LatLng.Trusted(camera.Latitude + ((random.NextDouble() - 0.5) * Spread), camera.Longitude + ((random.NextDouble() - 0.5) * Spread))),
                    Address = camera.Name + "附近",
                };
            }
        }
    }
}
