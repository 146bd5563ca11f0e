namespace Vantage.Simulator.Scenes;

/// <summary>A unit of the demo, with what its registration needs.</summary>
/// <param name="Index">Its place in <see cref="Scene.Units"/>.</param>
/// <param name="Kind"><c>officer</c> or <c>vehicle</c>.</param>
/// <param name="Key">The badge number, or the number plate without its dot.</param>
/// <param name="Plate">With its dot; null for officers.</param>
/// <param name="Protocol"><c>osmand</c> or <c>jt808</c>.</param>
/// <param name="DeviceKey">The phone's id, or the SIM number.</param>
/// <param name="Is2019">Speaks the 2019 edition of JT/T 808, rather than that of 2013.</param>
public sealed record UnitPlan(
    int Index, string Kind, string Key, string Name, Squad Squad, string? Plate, string Protocol, string DeviceKey, bool Is2019)
{
    public const string Officer = "officer";
    public const string Vehicle = "vehicle";

    /// <summary>As in <c>vehicle/沪A12345</c>.</summary>
    public string Id => $"{Kind}/{Key}";

    public bool IsVehicle => Kind == Vehicle;
}

internal static class Units
{
    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
    private const string Given = "伟强磊军勇杰涛明超亮华飞鹏斌波辉刚健峰建平海林志文晓东国庆俊浩宇晨阳博睿哲翔凯铭毅诚安康宁敏静丽娟芳婷雪倩颖琳洁瑶莉萍燕玲慧佳怡欣妍琪蕾雯菲蓉";

    public static UnitPlan[] Of(long seed, Squad[] squads, int officerCount, int vehicleCount)
    {
        var dice = Dice.Of(seed, 1);
        HashSet<string> taken = [];
        var units = new UnitPlan[officerCount + vehicleCount];
        for (var i = 0; i < officerCount; i++)
        {
            var badge = (i + 1).ToString("0000");
            var name = Unique(taken, ref dice, Name);
            units[i] = new(i, UnitPlan.Officer, badge, name, squads[i % squads.Length], null, "osmand", $"310105-{badge}", false);
        }

        for (var i = 0; i < vehicleCount; i++)
        {
            var number = Unique(taken, ref dice, static (ref Dice d) => d.Pick(100_000).ToString("00000"));
            var squad = squads[i % squads.Length];
            var name = $"{squad.Name}{i / squads.Length + 1}号车";
            units[officerCount + i] = new(
                officerCount + i, UnitPlan.Vehicle, $"沪A{number}", name, squad, $"沪A·{number}", "jt808", $"1393105{i + 1:0000}", i % 3 == 0);
        }

        return units;
    }

    private delegate string Roll(ref Dice dice);

    private static string Name(ref Dice dice)
    {
        var name = $"{Surnames[dice.Pick(Surnames.Length)]}{Given[dice.Pick(Given.Length)]}";
        return dice.Chance(0.6) ? name + Given[dice.Pick(Given.Length)] : name;
    }

    private static string Unique(HashSet<string> taken, ref Dice dice, Roll roll)
    {
        string text;
        do
        {
            text = roll(ref dice);
        }
        while (!taken.Add(text));

        return text;
    }
}
